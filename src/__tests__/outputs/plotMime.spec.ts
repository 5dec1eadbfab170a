import {
  WIDGET_VIEW_MIMETYPE,
  pictureOf,
  plotIn
} from '../../outputs/plotMime';
import { MARKUP, canvas, output } from '../support/fakeOutputs';

describe('plotIn', () => {
  const view = (model: ReturnType<typeof output>) =>
    plotIn(model, WIDGET_VIEW_MIMETYPE);

  it('finds the canvas of ipympl', () => {
    expect(view(canvas())).toMatchObject({ canvas: 'c1' });
  });

  it('finds it by its toolbar alone, and by its markup alone', () => {
    expect(view(canvas({ 'text/html': '', 'image/png': '' }))).toMatchObject({
      canvas: 'c1'
    });
    const words = 'Canvas(capture_scroll=True, footer_visible=False, …';
    expect(view(canvas({ 'text/plain': words }))).toMatchObject({
      canvas: 'c1'
    });
  });

  it('finds it in data that is written line by line', () => {
    expect(
      view(canvas({ 'text/plain': ['Canvas(', 'toolbar=Toolbar(…'] }))
    ).toMatchObject({ canvas: 'c1' });
  });

  it.each([
    ['ipycanvas', { 'text/plain': 'Canvas(width=200)', 'text/html': '' }],
    ['a slider', { 'text/plain': 'IntSlider(value=3)' }],
    ['a box', { 'text/plain': 'VBox(children=(Canvas(toolbar=Toolbar(…' }],
    ['an emptied output', { [WIDGET_VIEW_MIMETYPE]: { model_id: '' } }]
  ])('takes nothing of %s for a canvas', (_, changes) => {
    expect(view(canvas(changes))).toBeNull();
  });

  it('finds what the inline backend draws', () => {
    const data = { 'text/plain': '<Figure size 640x480 with 1 Axes>' };
    expect(plotIn(output(data), 'image/png')).toEqual({
      canvas: null,
      axes: 1
    });
    expect(plotIn(output(data), 'image/svg+xml')).toEqual({
      canvas: null,
      axes: 1
    });
    expect(plotIn(output(data), 'text/plain')).toBeNull();
    expect(
      plotIn(output({ 'text/plain': '<PIL.Image>' }), 'image/png')
    ).toBeNull();
  });

  it('does not read data that is drawn as something else', () => {
    const other = output({ 'application/json': {} });
    const read = jest.spyOn(other, 'data', 'get');
    expect(plotIn(other, 'application/json')).toBeNull();
    expect(read).not.toHaveBeenCalled();
  });
});

describe('pictureOf', () => {
  it('takes width and name from the markup', () => {
    const alt = 'Figure 7';
    expect(pictureOf(canvas())).toEqual({
      png: 'iVBORw0KGgo',
      metadata: { width: 640 },
      alt
    });
  });

  it('keeps an alternative text', () => {
    const alt = 'A red line';
    const metadata = { 'image/png': { alt, height: 3 } };
    expect(pictureOf(canvas({}, metadata))).toMatchObject({
      metadata: { width: 640, alt },
      alt
    });
    const html = MARKUP.replace('<img', `<img alt="${alt}"`);
    expect(pictureOf(canvas({ 'text/html': html })).alt).toBe(alt);
  });

  it('does without markup, and without a picture', () => {
    expect(pictureOf(canvas({ 'text/html': '', 'image/png': '' }))).toEqual({
      png: '',
      metadata: {},
      alt: ''
    });
  });
});
