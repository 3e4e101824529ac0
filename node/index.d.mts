export * from './index.js'
import ringback from './index.js'
export default ringback
