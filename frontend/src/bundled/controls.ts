import '@jupyter-widgets/controls/css/widgets-base.css';
export * from '@jupyter-widgets/controls';
