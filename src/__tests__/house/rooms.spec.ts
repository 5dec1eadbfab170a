/**
 * The folders of the page: their sizes, and which of them may import which.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const SOURCE = resolve(__dirname, '../..');

/** The rooms, from the bottom up: each may import itself and those before it. */
const ROOMS = [
  // Types that all rooms share; files of no room.
  'plotState',
  'tokens',
  'internals',
  'kernel',
  'ui',
  'outputs',
  'canvases',
  'hints',
  'notebook',
  'panel',
  'index'
];

/** All folders and files below a folder, as paths. */
function walk(folder: string): { folders: string[]; files: string[] } {
  const entries = readdirSync(folder, { withFileTypes: true });
  const paths = (isFolder: boolean) =>
    entries
      .filter(entry => entry.isDirectory() === isFolder)
      .map(({ name }) => join(folder, name));
  const inner = paths(true).map(walk);
  return {
    folders: [folder, ...inner.flatMap(({ folders }) => folders)],
    files: [...paths(false), ...inner.flatMap(({ files }) => files)]
  };
}

/** The room of a module: its folder, or its own name. */
const roomOf = (path: string) =>
  relative(SOURCE, path)
    .replace(/\.tsx?$/, '')
    .split('/')[0];

const { folders, files } = walk(SOURCE);
const modules = files
  .filter(path => !path.startsWith(join(SOURCE, '__tests__')))
  .filter(path => !path.endsWith('.d.ts'));

/** The modules that a module imports, as paths. */
const importsOf = (path: string) =>
  [...readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g)]
    .map(([, target]) => resolve(dirname(path), target))
    .filter(target => !target.endsWith('.svg'));

describe('the rooms', () => {
  it.each(modules.map(path => [relative(SOURCE, path), path]))(
    'of %s imports nothing from above',
    (_, path) => {
      const rank = ROOMS.indexOf(roomOf(path));
      expect(rank).not.toBe(-1);
      const above = importsOf(path)
        .filter(target => ROOMS.indexOf(roomOf(target)) > rank)
        .map(target => relative(SOURCE, target));
      expect(above).toEqual([]);
    }
  );

  it('have no import that leads back to its module', () => {
    const known = new Map(
      modules.map(path => [path.replace(/\.tsx?$/, ''), importsOf(path)])
    );
    const circles: string[] = [];
    const visit = (path: string, trail: string[]) => {
      if (trail.includes(path)) {
        circles.push([...trail, path].map(roomOf).join(' -> '));
      } else {
        (known.get(path) ?? []).forEach(each => visit(each, [...trail, path]));
      }
    };
    [...known.keys()].forEach(path => visit(path, []));
    expect(circles).toEqual([]);
  });

  it.each(folders.map(path => [relative(SOURCE, path) || 'src', path]))(
    'have at most a dozen files: %s',
    (_, path) => {
      const count = files.filter(file => dirname(file) === path).length;
      expect(count).toBeLessThanOrEqual(12);
    }
  );
});
