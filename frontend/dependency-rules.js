/** Which folders of src may import which others (dependency-cruiser; part of `npm run check`). */

/** Each folder, and all others that it may import. What is not here may import everything. */
const ALLOWED = {
  protocol: [],
  config: [],
  retry: [],
  export: [],
  'network-watch': [],
  markup: ['retry'],
  bundled: ['markup', 'retry'],
  connection: ['protocol'],
  restore: ['protocol'],
  solara: ['config'],
  navigation: ['config', 'protocol'],
  output: ['bundled', 'markup', 'protocol', 'retry'],
  inspector: ['output', 'protocol'],
  widgets: ['bundled', 'markup', 'output', 'protocol', 'retry'],
  loader: ['bundled', 'output', 'retry'],
  page: [
    'config',
    'connection',
    'inspector/traffic',
    'navigation',
    'output',
    'protocol',
    'restore',
    'widgets',
  ],
  development: [
    'connection',
    'inspector',
    'navigation',
    'page',
    'protocol',
    'retry',
    'widgets',
  ],
};

const pattern = (name) => `^src/${name}(/|\\.ts$)`;

const arrows = Object.entries(ALLOWED).map(([folder, others]) => ({
  name: `what-${folder}-may-import`,
  severity: 'error',
  from: { path: pattern(folder) },
  to: {
    path: '^src/',
    pathNot: [folder, 'styles', ...others].map((name) => `^src/${name}(/|\\.ts$|\\.d\\.ts$)`),
  },
}));

export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-cycle-of-folders',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^virtual:|\\?' } },
    ...arrows,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Imports of types count, too: a folder that needs another's types needs the other.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.css'], exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
