import { axesInFigureText } from '../../internals/matplotlib';

describe('a name of Matplotlib', () => {
  it.each([
    ['<Figure size 640x480 with 1 Axes>', 1],
    ['<Figure size 432.5x288 with 12 Axes>', 12],
    ['<Figure 640x480>', null],
    ['', null]
  ])('the text of a figure: "%s" has so many axes: %s', (text, expected) => {
    expect(axesInFigureText(text)).toBe(expected);
  });
});
