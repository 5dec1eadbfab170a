const jupyterlab = require('@jupyterlab/testing/lib/jest-config')(__dirname);

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

module.exports = {
  ...jupyterlab,
  reporters: ['default'],
  roots: ['<rootDir>/src'],
  testRegex: '/src/__tests__/.*\\.spec\\.tsx?$',
  transform: {
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
          target: 'ES2020'
        }
      }
    ]
  },
  transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`]
};
