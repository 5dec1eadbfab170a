const jupyterlab = require('@jupyterlab/testing/lib/jest-config')(__dirname);

const { testTimeout } = jupyterlab;
// These belong to a whole run; below, JupyterLab's options are those of a project.
delete jupyterlab.coverageReporters;
delete jupyterlab.reporters;
delete jupyterlab.testTimeout;

// Packages that ship ES modules only, beyond those that JupyterLab itself lists.
const esModules = [
  '@codemirror',
  '@jupyter',
  '@jupyterlab',
  '@marijn',
  '@microsoft',
  '@rjsf',
  'color',
  'exenv-es6',
  'lib0',
  'marked',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'yjs'
].join('|');

const transform = {
  ...jupyterlab.transform,
  '^.+\\.tsx?$': [
    'ts-jest/legacy',
    {
      tsconfig: {
        esModuleInterop: true,
        // tsc checks the types; here the modules only need to run.
        isolatedModules: true,
        jsx: 'react',
        module: 'commonjs',
        target: 'ES2022'
      }
    }
  ]
};

module.exports = {
  reporters: ['default'],
  testTimeout,
  projects: [
    {
      ...jupyterlab,
      displayName: 'page',
      roots: ['<rootDir>/src'],
      testRegex: '/src/__tests__/(?!house/).*\\.spec\\.tsx?$',
      transform,
      transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`]
    },
    {
      // Reads the source files, in Node and without a page.
      displayName: 'house',
      roots: ['<rootDir>/src/__tests__/house'],
      testEnvironment: 'node',
      testRegex: '\\.spec\\.ts$',
      transform: { '^.+\\.tsx?$': transform['^.+\\.tsx?$'] }
    }
  ]
};
