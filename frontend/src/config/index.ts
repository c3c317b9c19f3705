/** The configuration that the server has written into the page, and the URLs that follow from it. */

export { addressOf, closeUrl, displayUrl, openSocket, socketUrl } from './address';
export { type Config, readConfig } from './config';
