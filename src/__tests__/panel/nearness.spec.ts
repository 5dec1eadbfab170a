import { Nearness } from '../../panel/nearness';

describe('Nearness', () => {
  let notify: (entries: object[]) => void;
  let options: IntersectionObserverInit | undefined;
  const observe = jest.fn();
  const unobserve = jest.fn();
  const disconnect = jest.fn();
  const make = jest.fn();

  const list = document.createElement('div');
  const [one, other] = [0, 1].map(() => document.createElement('p'));
  list.style.overflowY = 'auto';
  list.append(one, other);
  document.body.append(list);

  beforeEach(() => {
    jest.clearAllMocks();
    (globalThis as Record<string, unknown>).IntersectionObserver =
      function Observer(
        callback: (entries: object[]) => void,
        init: IntersectionObserverInit
      ) {
        make();
        notify = callback;
        options = init;
        return { observe, unobserve, disconnect };
      };
  });

  afterEach(() => {
    delete (globalThis as Record<string, unknown>).IntersectionObserver;
  });

  it('observes all elements of a list at once, from some way ahead', () => {
    const nearness = new Nearness();
    const calls: unknown[] = [];
    const end = nearness.follow(one, isNear => calls.push(['one', isNear]));
    nearness.follow(other, isNear => calls.push(['other', isNear]));
    expect(make).toHaveBeenCalledTimes(1);
    expect(options).toEqual({ root: list, rootMargin: '200px' });
    notify([{ target: one, isIntersecting: true }]);
    end();
    notify([
      { target: one, isIntersecting: false },
      { target: other, isIntersecting: false }
    ]);
    expect(calls).toEqual([
      ['one', true],
      ['other', false]
    ]);
    expect(unobserve).toHaveBeenCalledWith(one);
    nearness.dispose();
    expect(disconnect).toHaveBeenCalledTimes(1);
  });

  it('takes all for near where nothing can be observed', () => {
    delete (globalThis as Record<string, unknown>).IntersectionObserver;
    const nearness = new Nearness();
    expect(nearness.isPossible).toBe(false);
    nearness.follow(one, jest.fn())();
    nearness.dispose();
  });
});
