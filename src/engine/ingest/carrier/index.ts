export { createCarrierHost, type CarrierHost, type CarrierHostOptions } from './host'
