import { cardsOf } from '../../panel/cards';
import { Pictures } from '../../panel/pictures/pictures';
import { FakeServer, idle } from '../support/fakeServer';
import { figures, plotState } from '../support/plotStates';

describe('Pictures', () => {
  let server: FakeServer;
  let pictures: Pictures;
  let isIdle: boolean;
  let page: string;

  const state = plotState({ figures: figures(2) });
  const none = { cells: [], canvases: new Map<string, string>() };
  const [card, other] = cardsOf(state, 'live', none);
  const path = 'GET /base/mpl-guard/kernels/k1/figures/f0.png';

  beforeEach(() => {
    server = new FakeServer();
    isIdle = false;
    page = '';
    pictures = new Pictures({
      isIdle: () => isIdle,
      kernelId: () => 'k1',
      pageOf: () => page,
      panel: {} as never,
      savedOf: () => '',
      serverSettings: server.settings
    });
  });

  it('are looked for once, when somebody asks', async () => {
    pictures.keep([card, other]);
    await idle();
    expect(server.log).toEqual([]);
    pictures.ask(card);
    pictures.ask(card);
    pictures.keep([card, other]);
    await idle();
    expect(server.log).toEqual([path]);
  });

  it('that are missing are looked for again when the kernel is idle', async () => {
    pictures.ask(card);
    await idle();
    await server.last.answer('', 204);
    pictures.keep([card, other]);
    await idle();
    expect(server.log).toEqual([path]);
    isIdle = true;
    pictures.keep([card, other]);
    await idle();
    expect(server.log).toEqual([path, path]);
    await server.last.answer('', 204);
    pictures.keep([card, other]);
    await idle();
    expect(server.log).toHaveLength(2);
  });

  it('are not known to be missing before all who may have them have answered', async () => {
    const before = { ...card, state: 'offered' } as const;
    const redraw = jest.fn();
    pictures.follow('f0', redraw);
    expect(pictures.get('f0')).toBeNull();
    pictures.ask(card);
    await idle();
    await server.last.answer('', 204);
    // The kernel is busy, and may draw it later.
    expect(pictures.get('f0')).toBeNull();
    isIdle = true;
    pictures.ask(card);
    await idle();
    expect(redraw).not.toHaveBeenCalled();
    await server.last.answer('', 204);
    expect(pictures.get('f0')).toBe('');
    expect(redraw).toHaveBeenCalledTimes(1);
    // No kernel draws one that is not in it, however idle it is.
    isIdle = false;
    pictures.ask(before);
    expect(pictures.get('f0')).toBeNull();
    await idle();
    await server.last.answer('', 204);
    expect(pictures.get('f0')).toBe('');
  });

  it('that a kernel may have been too busy for are looked for again, but not forever', async () => {
    for (let tries = 1; tries <= 7; tries++) {
      isIdle = true;
      pictures.ask(card);
      await idle();
      if (tries <= 5) {
        expect(server.log).toHaveLength(tries);
        expect(pictures.get('f0')).toBeNull();
        isIdle = false;
        await server.last.answer('', 204);
      }
    }
    expect(server.log).toHaveLength(5);
    expect(pictures.get('f0')).toBe('');
    pictures.ask({ ...card, bytes: 2000 });
    await idle();
    expect(server.log).toHaveLength(6);
  });

  it('are not looked for while the list is scrolled', async () => {
    let end = () => {};
    const timer = jest.spyOn(window, 'setTimeout').mockImplementationOnce(((
      work: () => void
    ) => {
      end = work;
      return 7;
    }) as never);
    pictures.rest();
    timer.mockRestore();
    pictures.ask(card);
    pictures.ask(other);
    pictures.cancel(card.id); // it has been passed by
    await idle();
    expect(server.log).toEqual([]);
    end();
    await idle();
    expect(server.log).toEqual([path.replace('f0', 'f1')]);
    pictures.ask(card);
    await idle();
    expect(server.log).toHaveLength(2);
    pictures.cancel(card.id); // it is on its way
    pictures.ask(card);
    await idle();
    expect(server.log).toHaveLength(2);
  });

  it('notify who follows one of them', () => {
    const redraw = jest.fn();
    const end = pictures.follow('f0', redraw);
    page = 'data:one';
    pictures.ask(other);
    expect(redraw).not.toHaveBeenCalled();
    pictures.ask(card);
    expect(redraw).toHaveBeenCalledTimes(1);
    end();
    page = 'data:other';
    pictures.keep([card, other]);
    expect(redraw).toHaveBeenCalledTimes(1);
  });

  it('follow what the page shows', async () => {
    const changed: string[] = [];
    pictures.changed.connect((_, id) => changed.push(id));
    page = 'data:one';
    pictures.ask(card);
    expect(pictures.get('f0')).toBe('data:one');
    page = 'data:other';
    pictures.keep([card, other]);
    expect([pictures.get('f0'), pictures.get('f1')]).toEqual([
      'data:other',
      null
    ]);
    pictures.keep([other]);
    expect(pictures.get('f0')).toBeNull();
    expect(changed).toEqual(['f0', 'f0', 'f0']);
    expect(server.log).toEqual([]);
  });
});
