import ringback from './index.js'

export const {
  parse, Payload, Results, List, Words, Columns, Texts, views, KINDS, ERROR_CODES,
  RingbackError, PayloadError, RequestError, CredentialError, CallbackUrlError, RouteError, LedgerError, StoreError, ResultError,
} = ringback
export default ringback
