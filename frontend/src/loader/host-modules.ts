/** The modules that the page shares with third-party widgets, so that each exists only once. */
import * as base from '@jupyter-widgets/base';
import * as commands from '@lumino/commands';
import * as dragdrop from '@lumino/dragdrop';
import * as properties from '@lumino/properties';
import * as virtualdom from '@lumino/virtualdom';
import * as baseManager from '@jupyter-widgets/base-manager';
import * as algorithm from '@lumino/algorithm';
import * as coreutils from '@lumino/coreutils';
import * as disposable from '@lumino/disposable';
import * as domutils from '@lumino/domutils';
import * as messaging from '@lumino/messaging';
import * as signaling from '@lumino/signaling';
import * as widgets from '@lumino/widgets';
import { fetchChunk } from '../retry';
import { stubModule } from './stubs';

export interface HostModule {
  version: string;
  /** The module, if it is part of the first load. */
  module?: object;
  load: () => Promise<object>;
}

function eager(version: string, module: object): HostModule {
  return { version, module, load: () => Promise.resolve(module) };
}

function later(version: string, load: () => Promise<object>): HostModule {
  return { version, load: () => fetchChunk(load) };
}

const IThemeManager = new coreutils.Token('@jupyterlab/apputils:IThemeManager');

export const hostModules: Record<string, HostModule> = {
  '@jupyter-widgets/base': eager('6.0.12', base),
  '@lumino/algorithm': eager('2.0.5', algorithm),
  '@lumino/coreutils': eager('2.2.3', coreutils),
  '@lumino/domutils': eager('2.0.5', domutils),
  '@lumino/messaging': eager('2.0.5', messaging),
  '@lumino/signaling': eager('2.1.6', signaling),
  '@lumino/widgets': eager('2.10.0', widgets),
  '@lumino/commands': eager('2.3.4', commands),
  '@lumino/disposable': eager('2.1.6', disposable),
  '@lumino/dragdrop': eager('2.1.9', dragdrop),
  '@lumino/properties': eager('2.0.5', properties),
  '@lumino/virtualdom': eager('2.0.5', virtualdom),
  '@jupyter-widgets/base-manager': eager('1.0.13', baseManager),
  '@jupyterlab/apputils': eager('4.7.6', stubModule('@jupyterlab/apputils', { IThemeManager })),

  '@jupyter-widgets/controls': later('5.0.13', () => import('../bundled/controls')),
  '@jupyter-widgets/output': later('6.0.12', () => import('../output/widget')),
  '@lumino/datagrid': later('2.5.9', () => import('@lumino/datagrid')),
  '@lumino/polling': later('2.1.6', () => import('@lumino/polling')),
  '@jupyterlab/coreutils': later('6.6.6', () => import('@jupyterlab/coreutils')),
  '@jupyterlab/outputarea': later('4.6.6', () => import('@jupyterlab/outputarea')),
  '@jupyterlab/rendermime': later('4.6.6', () => import('@jupyterlab/rendermime')),
  '@jupyterlab/services': later('7.6.6', () => import('@jupyterlab/services')),
  react: later('18.3.1', () => import('react').then((module) => module.default)),
  'react-dom': later('18.3.1', () => import('react-dom').then((module) => module.default)),
};

// The version of JupyterLab that most extensions are made for.
const STUB_VERSION = '4.6.6';
const STUBBED = /^@jupyterlab\/|^@lumino\/application$|^@jupyter-widgets\/jupyterlab-manager$/;

/** Returns a host module, or a stub for a module that widgets import but do not need. */
export function hostModule(name: string): HostModule | undefined {
  if (name in hostModules) {
    return hostModules[name];
  }
  return STUBBED.test(name) ? eager(STUB_VERSION, stubModule(name)) : undefined;
}
