import {
  drawingOf,
  imageOf,
  isCanvas,
  isCanvasData,
  isComplete,
  partsOf,
  readMarkup,
  replacePictureHandler
} from '../../internals/ipympl';
import { MARKUP } from '../support/fakeOutputs';
import type { FakeWidget } from '../support/fakeWidgets';
import { fakeCanvas } from '../support/fakeWidgets';

describe('a name of ipympl', () => {
  let canvas: FakeWidget;

  beforeEach(() => {
    canvas = fakeCanvas('c1');
  });

  it('MPLCanvasModel: without it, a widget is no canvas', () => {
    expect(isCanvas(canvas)).toBe(true);
    canvas.set('_model_name', 'AnotherModel');
    expect(isCanvas(canvas)).toBe(false);
  });

  it('toolbar: without it, a canvas is complete at once and has one part less', () => {
    expect(partsOf(canvas).map(({ model_id }) => model_id)).toEqual([
      'c1',
      'c1-layout',
      'c1-toolbar',
      'c1-toolbar-layout'
    ]);
    canvas.set('toolbar', null); // as before the kernel has sent it
    expect(isComplete(canvas)).toBe(false);
    canvas.set('toolbar', undefined);
    expect(isComplete(canvas)).toBe(true);
    expect(partsOf(canvas)).toHaveLength(2);
  });

  it('layout: without it, a canvas has one part less', () => {
    canvas.set('layout', undefined);
    expect(partsOf(canvas)).toHaveLength(3);
    expect(isComplete(canvas)).toBe(true);
  });

  it('image: without it, there is none', () => {
    expect(imageOf(canvas)).toBeNull();
    expect(imageOf(Object.assign(canvas, { image: {} }))).toBeNull();
    const image = new Image();
    expect(imageOf(Object.assign(canvas, { image }))).toBe(image);
  });

  it('offscreen_canvas: without it, or before it is drawn, there is none', () => {
    expect(drawingOf(canvas)).toBeNull();
    const offscreen_canvas = document.createElement('canvas');
    Object.assign(canvas, { offscreen_canvas });
    expect(drawingOf(canvas)).toBe(offscreen_canvas);
    offscreen_canvas.width = 0;
    expect(drawingOf(canvas)).toBeNull();
  });

  it('handle_binary: without it, nothing is replaced', () => {
    const replace = jest.fn(handle => handle);
    replacePictureHandler(canvas, replace);
    expect(replace).not.toHaveBeenCalled();
    expect(canvas).not.toHaveProperty('handle_binary');
    const handle_binary = jest.fn();
    const drawn = Object.assign(canvas, { handle_binary });
    replacePictureHandler(drawn, replace);
    drawn.handle_binary('picture');
    expect(handle_binary.mock.calls).toEqual([['picture']]);
    expect(handle_binary.mock.contexts).toEqual([canvas]);
  });

  it('Canvas(toolbar=Toolbar(: without it, the markup decides', () => {
    expect(isCanvasData('Canvas(toolbar=Toolbar(…', '', false)).toBe(true);
    expect(isCanvasData('Canvas(other=…', MARKUP, true)).toBe(true);
    expect(isCanvasData('Canvas(other=…', MARKUP, false)).toBe(false);
    expect(isCanvasData('Plot(toolbar=Toolbar(…', MARKUP, true)).toBe(false);
  });

  it('the markup: without it, the text decides, and a picture has no size', () => {
    const { width, alt } = readMarkup(MARKUP);
    expect([width, alt]).toEqual([640, 'Figure 7']);
    const other = MARKUP.replace('widget-label', 'label')
      .replace(' width', ' size')
      .replace('jupyter-widgets', 'widgets');
    expect(readMarkup(other)).toEqual({});
    expect(isCanvasData('Canvas(other=…', other, true)).toBe(false);
    expect(isCanvasData('Canvas(toolbar=Toolbar(…', other, true)).toBe(true);
  });
});
