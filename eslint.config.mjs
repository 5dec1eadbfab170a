import jupyter from '@jupyter/eslint-plugin';
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

import internals from './eslint.internals.cjs';

// Services that outlive a notebook: a class that connects to one must disconnect.
const longLivedTypes = [
  'CommandRegistry',
  'IDocumentManager',
  'ILabShell',
  'INotebookTracker',
  'IPlotModels',
  'ISessionConnection',
  'ISessionContext',
  'ISettingRegistry',
  'ISettings',
  'IShell',
  'IStateDB',
  'IThemeManager',
  'ServiceManager'
];

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      '**/.venv',
      '.hub',
      '.jupyter',
      '.neighbours',
      'lib',
      'build',
      'dist',
      'coverage',
      'benchmarks',
      'docs',
      'tests',
      'examples',
      'jupyter_mpl_guard',
      'src/plotState.ts',
      'ui-tests/.server',
      'ui-tests/playwright-report',
      'ui-tests/test-results'
    ]
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      parserOptions: { projectService: true }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      curly: 'error',
      eqeqeq: 'error',
      'prefer-arrow-callback': 'error'
    }
  },
  { plugins: { jupyter } },
  jupyter.configs.recommended,
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    rules: {
      // The page's half as a whole is smaller than this; one request is best.
      'jupyter/prefer-lazy-imports': ['error', { minimumSize: 120000 }],
      'jupyter/prefer-signal-this-arg': ['error', { longLivedTypes }],
      'jupyter/require-signal-cleanup': ['error', { longLivedTypes }]
    }
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    ignores: ['src/__tests__/**', 'src/internals/**'],
    rules: { 'no-restricted-syntax': internals.noForeignNames }
  },
  {
    // Galata's helpers drive JupyterLab only.
    files: ['ui-tests/tests/notebook/*.ts'],
    rules: { 'jupyter/galata-prefer-menu-helper': 'off' }
  },
  {
    files: ['**/*.js', '**/*.cjs', '**/*.mjs'],
    languageOptions: {
      globals: {
        __dirname: 'readonly',
        exports: 'writable',
        module: 'writable',
        process: 'readonly',
        require: 'readonly'
      }
    }
  },
  prettier
);
