/** What this page uses of require.js, which is a classic script. */
interface RequireContext {
  completeLoad(name: string): void;
}

declare function define(name: string, module: object): void;
declare const requirejs: {
  (
    modules: string[],
    onLoad: (module: Record<string, unknown> | undefined) => void,
    onError: (error: unknown) => void,
  ): void;
  config(options: object): void;
  load(context: RequireContext, name: string, url: string): void;
};
