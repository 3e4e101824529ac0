import ringback from './index.js'

export const {
  parse, Receiver, Clock, Dead, KINDS, ERROR_CODES,
  RingbackError, PayloadError, RequestError, CredentialError, CallbackUrlError, RouteError, LedgerError, StoreError, ResultError,
  Payload, Results, List, Words, Columns, Texts, Delivery, Submission, Reply, Answer, views,
} = ringback
export default ringback
