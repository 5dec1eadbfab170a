/**
 * Names that other libraries do not document are in `src/internals` only.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';

import { noForeignNames } from '../../../eslint.internals.cjs';

const SOURCE = resolve(__dirname, '../..');
const STYLE = resolve(__dirname, '../../../style');

/** What is wrong with a module outside of `src/internals`. */
function problemsIn(code: string): string[] {
  return new Linter({ configType: 'flat' })
    .verify(
      code,
      {
        files: ['**/*.tsx'],
        languageOptions: {
          parser: tseslint.parser as Linter.Parser,
          parserOptions: { ecmaFeatures: { jsx: true } }
        },
        rules: { 'no-restricted-syntax': noForeignNames }
      },
      { filename: 'module.tsx' }
    )
    .map(({ line, message }) => `${line}: ${message}`);
}

/** The modules of the page in a folder, without tests, internals and what is generated. */
function modulesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ['__tests__', 'internals'].includes(entry.name)
        ? []
        : modulesIn(path);
    }
    return /(?<!plotState)\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

describe('names of other libraries', () => {
  it.each(modulesIn(SOURCE).map(path => [relative(SOURCE, path), path]))(
    'are not in %s',
    (_, path) => {
      expect(problemsIn(readFileSync(path, 'utf8'))).toEqual([]);
    }
  );

  it.each([
    'renderer._manager',
    'model?._comm.x',
    'this._model._comm',
    "renderer['_manager']",
    "model.get('_view_name')",
    'const { _view } = widget;',
    'type Odd = { _view?: object };',
    'interface IOdd { _render(): void }',
    "node.closest('.jp-Cell')",
    "widget.hasClass('jupyter-widgets')",
    "node.querySelector('div.lm-Panel > .widget-label')",
    'node.className = `jp-Cell ${other}`',
    "node.querySelector('.jupyter-matplotlib-canvas-div')",
    'const odd = value as any;',
    'const odd = (value as unknown as Odd).name;'
  ])('are found: %s', code => {
    expect(problemsIn(code)).toHaveLength(1);
  });

  it.each([
    'this._model',
    "trans.__('Cell') + trans._n('%1 plot', '%1 plots', 2)",
    "this.addClass('jp-MplGuard-badge')",
    "const mime = 'application/vnd.jupyter.widget-view+json';",
    'const own = value as Own;',
    'class Own { private _value = 1; }'
  ])('are not found: %s', code => {
    expect(problemsIn(code)).toEqual([]);
  });

  it.each(readdirSync(STYLE).filter(name => name.endsWith('.css')))(
    'are in the style of internals only: %s',
    name => {
      const rules = readFileSync(join(STYLE, name), 'utf8')
        .replace(/\/\*[^]*?\*\//g, '')
        .replace(/\{[^{}]*\}/g, '{}');
      const foreign = [...rules.matchAll(/\.(?!jp-MplGuard)[a-z][\w-]*/gi)]
        .map(([selector]) => selector)
        .filter(selector => !/^\.css$/.test(selector));
      if (name === 'internals.css') {
        expect(foreign).not.toEqual([]);
      } else {
        expect(foreign).toEqual([]);
      }
    }
  );
});
