/** The part of require.js, a classic script, that the page uses. */
interface RequireContext {
  completeLoad(name: string): void;
  onError(error: Error): void;
}

declare const requirejs: {
  (
    modules: string[],
    onLoad: (module: Record<string, unknown> | undefined) => void,
    onError: (error: unknown) => void,
  ): void;
  config(options: object): void;
  load(context: RequireContext, name: string, url: string): void;
  undef(name: string): void;
  s: {
    contexts: {
      _: { config: { map?: Record<string, Record<string, string>>; paths?: Record<string, string> } };
    };
  };
};
