import { cardsOf } from '../../panel/cards';
import { imagesOf } from '../../panel/pictures/pagePlots';
import { figures, plotState } from '../support/plotStates';

/** Cards of inline figures, each of a cell. */
function cards(...cells: string[]) {
  const all = figures(cells.length).map((figure, index) => ({
    ...figure,
    cell: cells[index],
    state: 'saved' as const
  }));
  return cardsOf(plotState({ figures: all }), 'live', {
    cells: [],
    canvases: new Map()
  });
}

/** Images with one axes each, in one cell. */
function images(...sources: string[]) {
  return {
    images: new Map([['c1', sources.map(src => ({ src, axes: 1 }))]])
  };
}

const UNTOLD = () => null;

describe('imagesOf', () => {
  it('gives the image of a cell to the figure of the cell', () => {
    const found = imagesOf(cards('c1', 'c2'), images('one'), UNTOLD);
    expect([...found]).toEqual([['f0', 'one']]);
  });

  it('gives several in the order of the numbers, when there are as many', () => {
    const found = imagesOf(cards('c1', 'c1'), images('one', 'two'), UNTOLD);
    expect([...found]).toEqual([
      ['f0', 'one'],
      ['f1', 'two']
    ]);
  });

  it('gives none when it may be that of another figure', () => {
    expect(imagesOf(cards('c1'), images('one', 'two'), UNTOLD).size).toBe(0);
    const other = { images: new Map([['c1', [{ src: 'one', axes: 4 }]]]) };
    expect(imagesOf(cards('c1'), other, UNTOLD).size).toBe(0);
  });

  it('follows what the agent has told of the cell, with figures that are not kept', () => {
    const found = imagesOf(cards('c1'), images('one', 'two'), () => [
      null,
      'f0'
    ]);
    expect([...found]).toEqual([['f0', 'two']]);
  });

  it('gives no figure the image of a cell that did not draw it last', () => {
    const found = imagesOf(cards('c2'), images('one'), () => ['f0']);
    expect(found.size).toBe(0);
  });

  it('gives the new images of a cell to the figures that are alive', () => {
    const [alive, before] = cards('c1', 'c1');
    const both = [alive, { ...before, state: 'offered' as const }];
    const found = imagesOf(both, images('new'), UNTOLD);
    expect([...found]).toEqual([['f0', 'new']]);
  });
});
