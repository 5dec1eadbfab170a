import { isFigureText } from '../../internals/matplotlib';

describe('a name of Matplotlib', () => {
  it.each([
    ['<Figure size 640x480 with 1 Axes>', true],
    ['<Figure size 432.5x288 with 12 Axes>', true],
    ['<Figure 640x480>', false],
    ['', false]
  ])('the text of a figure: "%s" is one: %s', (text, expected) => {
    expect(isFigureText(text)).toBe(expected);
  });
});
