import { Widget } from '@lumino/widgets';

import { canvasesIn, childAt, replaceChild } from '../../canvases/containers';
import { FakeWidget, fakeBox, fakeCanvas } from '../support/fakeWidgets';

describe('canvases in other widgets', () => {
  const canvas = fakeCanvas('c1');
  const other = fakeCanvas('c2');
  const inner = fakeBox('inner', [new FakeWidget('slider'), canvas]);
  const outer = fakeBox('outer', [inner, other]);

  it('are found at any depth, and nothing else is', () => {
    expect([...canvasesIn(outer)].map(childAt)).toEqual([canvas, other]);
    expect([...canvasesIn(new FakeWidget('slider'))]).toEqual([]);
    expect([...canvasesIn(canvas)]).toEqual([]);
  });

  it('are found once in widgets that hold each other', () => {
    const ring = fakeBox('ring', [canvas]);
    ring.set('children', [ring, canvas]);
    expect([...canvasesIn(ring)].map(childAt)).toEqual([canvas]);
  });

  it('replace those in their places, which leave the page', async () => {
    const next = fakeCanvas('c1');
    const [place] = canvasesIn(outer);
    const views = [inner, outer].map(model => ({
      luminoWidget: new Widget(),
      options: { parent: { model } }
    }));
    canvas.views = {
      a: Promise.resolve(views[0]),
      b: Promise.resolve(views[1])
    };
    await replaceChild(place, next);
    expect(views.map(view => view.luminoWidget.isDisposed)).toEqual([
      true,
      false
    ]);
    expect([...canvasesIn(outer)].map(childAt)).toEqual([next, other]);
    inner.set('children', []);
    expect(childAt(place)).toBeNull();
  });
});
