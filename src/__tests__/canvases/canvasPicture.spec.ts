import {
  keepPicture,
  reusePicture,
  showInOrder
} from '../../canvases/canvasPicture';
import type { FakeWidget } from '../support/fakeWidgets';
import { fakeCanvas } from '../support/fakeWidgets';

/** A canvas as ipympl makes it, as far as its pictures go. */
function drawnCanvas(): FakeWidget & {
  drawn: string[];
  handle_binary: (picture: string) => void;
  image: HTMLImageElement;
} {
  const image = new Image();
  let loading: string | null = null;
  const drawn: string[] = [];
  image.onload = () => {
    drawn.push(loading!);
    loading = null;
  };
  Object.defineProperty(image, 'complete', { get: () => loading === null });
  const handle_binary = (picture: string) => {
    loading = picture; // what was loading is lost
  };
  return Object.assign(fakeCanvas('c1'), { drawn, handle_binary, image });
}

describe('the picture of a dead canvas', () => {
  const picture = new Blob(['what it showed']);
  let dead: FakeWidget;
  let next: FakeWidget & { image: HTMLImageElement };

  beforeEach(() => {
    const offscreen_canvas = document.createElement('canvas');
    offscreen_canvas.toBlob = callback => callback(picture);
    dead = Object.assign(fakeCanvas('c1'), { offscreen_canvas });
    next = Object.assign(fakeCanvas('c1'), { image: new Image() });
    URL.createObjectURL = blob => (blob === picture ? 'blob:it' : '');
  });

  it('is shown in the one in its place', async () => {
    void keepPicture(dead);
    await reusePicture(next, dead);
    expect(next.image.src).toBe('blob:it');
  });

  it('is kept with the width at which it was shown', async () => {
    const drawn = Object.assign(document.createElement('canvas'), {
      width: 800,
      height: 400,
      toBlob: (callback: BlobCallback) => callback(picture)
    });
    Object.assign(dead, { offscreen_canvas: drawn });
    Object.assign(window, { devicePixelRatio: 2 });
    expect(await keepPicture(dead)).toEqual({ content: picture, width: 400 });
    Object.assign(window, { devicePixelRatio: 1 });
  });

  it('is not shown in one that has a picture already', async () => {
    void keepPicture(dead);
    next.image.src = 'blob:own';
    await reusePicture(next, dead);
    expect(next.image.src).toBe('blob:own');
  });

  it('is none when it is not known how it was drawn', async () => {
    Object.assign(dead, { offscreen_canvas: undefined });
    void keepPicture(dead);
    await reusePicture(next, dead);
    expect(next.image.src).toBe('');
    await reusePicture(fakeCanvas('c2'), dead);
  });
});

describe('pictures that arrive at once', () => {
  const loaded = new Event('load');
  let canvas: ReturnType<typeof drawnCanvas>;

  beforeEach(() => {
    canvas = drawnCanvas();
  });

  it('are drawn one after the other, and all of them', () => {
    showInOrder(canvas);
    for (const picture of ['whole', 'change', 'further change']) {
      canvas.handle_binary(picture);
    }
    for (let count = 0; count < 3; count++) {
      canvas.image.dispatchEvent(loaded);
    }
    canvas.handle_binary('later');
    canvas.image.dispatchEvent(loaded);
    expect(canvas.drawn).toEqual([
      'whole',
      'change',
      'further change',
      'later'
    ]);
  });

  it('wait for one that was loading before', () => {
    canvas.handle_binary('whole');
    showInOrder(canvas);
    canvas.handle_binary('change');
    canvas.image.dispatchEvent(loaded);
    canvas.image.dispatchEvent(loaded);
    expect(canvas.drawn).toEqual(['whole', 'change']);
  });

  it('do not wait for one that cannot be loaded', () => {
    showInOrder(canvas);
    canvas.handle_binary('broken');
    canvas.handle_binary('whole');
    canvas.image.dispatchEvent(new Event('error'));
    canvas.image.dispatchEvent(loaded);
    expect(canvas.drawn).toEqual(['whole']);
  });

  it('are left to a canvas that is drawn in an unknown way', () => {
    const other = Object.assign(fakeCanvas('c2'), {
      handle_binary: jest.fn(),
      image: {}
    });
    const { handle_binary } = other;
    showInOrder(other);
    showInOrder(fakeCanvas('c3'));
    expect(other.handle_binary).toBe(handle_binary);
  });
});
