import { distinct, fileName } from '../../panel/actions/files';

describe('the file of a figure', () => {
  const label = 'a/b: c?';
  const figure = { label: '', names: ['fig', 'ax'], number: 3 };

  it.each([
    [figure, 'thesis-figure-3-fig.pdf'],
    [{ ...figure, label }, 'thesis-figure-3-a-b-c.pdf'],
    [{ ...figure, names: [] }, 'thesis-figure-3.pdf'],
    [{ ...figure, number: 0 }, 'thesis-fig.pdf'],
    [{ ...figure, number: 0, label }, 'thesis-a-b-c.pdf'],
    [{ label: '', names: [], number: 0 }, 'thesis-figure.pdf']
  ])('is named after notebook and figure: %j', (each, expected) => {
    expect(fileName('work/thesis.ipynb', each, 'pdf')).toBe(expected);
  });

  it('has a name that no other has', () => {
    expect(distinct(['a-1.png', 'a-1.png', 'b.png', 'a-1.png'])).toEqual([
      'a-1.png',
      'a-1-2.png',
      'b.png',
      'a-1-3.png'
    ]);
  });
});
