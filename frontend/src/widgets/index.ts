/** The widget manager: models and views of Jupyter widgets. */
export type { Channel } from './comm';
export { Manager } from './manager';
