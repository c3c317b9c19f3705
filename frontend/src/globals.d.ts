/** Whether this is the build that pages load while their app is being developed. */
declare const __DEVELOPMENT__: boolean;

/** Style sheets that build/old-icons.ts makes. */
declare module 'virtual:*.css';
