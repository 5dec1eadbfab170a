import { nullTranslator } from '@jupyterlab/translation';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';

import type { IFrame } from '../../outputs/deadPlot';
import { DeadPlot } from '../../outputs/deadPlot';
import type { IPicture } from '../../outputs/plotMime';
import { idle } from '../support/fakeServer';

/** Draws a picture as the renderer of JupyterLab does. */
class FakeRenderer extends Widget {
  async renderModel({ metadata }: { metadata: never }): Promise<void> {
    const image = document.createElement('img');
    image.src = 'data:first';
    image.width = (metadata as { width: number }).width;
    this.node.append(image);
  }
}

const rendermime = {
  createModel: ({ metadata }: { metadata: Record<string, unknown> }) => ({
    metadata: metadata['image/png']
  }),
  createRenderer: () => new FakeRenderer()
} as unknown as IRenderMimeRegistry;

const ALT = 'Figure 1';

const FIRST: IPicture = { png: 'first', metadata: { width: 400 }, alt: ALT };
const FRAME = new Blob(['last']);

describe('DeadPlot', () => {
  const make = (picture = FIRST) =>
    new DeadPlot({
      picture,
      rendermime,
      restore: () => undefined,
      trans: nullTranslator.load('')
    });
  const images = ({ node }: DeadPlot) => [...node.querySelectorAll('img')];
  const stand = async (plot: DeadPlot, frame: IFrame | null) => {
    plot.refresh({ isOffered: true, latest: async () => frame });
    await idle();
  };

  beforeEach(() => {
    URL.createObjectURL = () => 'blob:last';
    URL.revokeObjectURL = jest.fn();
  });

  it('shows the last picture in place of the first, as wide as that', async () => {
    const plot = make();
    await idle();
    expect(images(plot).map(({ src }) => src)).toEqual(['data:first']);
    await stand(plot, { content: FRAME, width: null });
    const [image] = images(plot);
    expect(images(plot)).toHaveLength(1);
    expect([image.src, image.alt]).toEqual(['blob:last', ALT]);
    expect(image.width).toBe(400);
    plot.dispose();
    expect(URL.revokeObjectURL).toHaveBeenCalledWith('blob:last');
  });

  it('shows it as wide as the canvas was in the end', async () => {
    const plot = make();
    await stand(plot, { content: FRAME, width: 640 });
    expect(images(plot)[0].width).toBe(640);
  });

  it('keeps the first picture when there is no other', async () => {
    const plot = make();
    await stand(plot, null);
    expect(images(plot).map(({ src }) => src)).toEqual(['data:first']);
  });

  it('looks for the last picture once, and not before somebody may have it', async () => {
    const plot = make();
    const latest = jest.fn(async () => null);
    plot.refresh({ isOffered: false, latest: null });
    plot.refresh({ isOffered: true, latest });
    plot.refresh({ isOffered: false, latest });
    await idle();
    expect(latest).toHaveBeenCalledTimes(1);
  });

  it('shows the last picture where the output holds none', async () => {
    const plot = make({ png: '', metadata: {}, alt: '' });
    expect(plot.node.textContent).toContain('run the cell again');
    await stand(plot, { content: FRAME, width: null });
    expect(images(plot).map(({ src }) => src)).toEqual(['blob:last']);
    expect(plot.node.textContent).toContain('From before the restart');
  });

  it('shows nothing any more when it is disposed of', async () => {
    const plot = make();
    plot.refresh({
      isOffered: true,
      latest: async () => ({ content: FRAME, width: null })
    });
    plot.dispose();
    await idle();
    expect(images(plot).filter(({ src }) => src === 'blob:last')).toEqual([]);
  });
});
