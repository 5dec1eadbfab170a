import type {
  CanvasAction,
  CanvasView,
  ICanvasFacts,
  KernelCanvas,
  PageModel
} from '../../canvases/canvasAction';
import { canvasAction } from '../../canvases/canvasAction';
import type { KernelPlots } from '../../kernel/availability';

/** What is known about a canvas that the kernel has and the page shows. */
const LIVE: ICanvasFacts = {
  view: 'live',
  model: 'live',
  canvas: 'present',
  kernel: 'known'
};

/** What is known about a canvas that neither page nor kernel has any more. */
const DEAD: ICanvasFacts = {
  view: 'dead',
  model: 'missing',
  canvas: 'missing',
  kernel: 'known'
};

describe('a canvas', () => {
  it.each<[string, Partial<ICanvasFacts>, CanvasAction]>([
    ['that is alive is kept', {}, 'keep'],
    [
      'that is alive while the kernel restores is kept',
      { kernel: 'unsettled' },
      'keep'
    ],
    [
      'that is alive is kept whatever the plot state says',
      { canvas: 'missing' },
      'keep'
    ],
    ['that is restored is drawn again', { view: 'dead' }, 'redraw'],
    [
      'that is restored is drawn again before the restore has ended',
      { view: 'dead', kernel: 'unsettled' },
      'redraw'
    ],
    ['that is restored replaces an error', { view: 'error' }, 'redraw'],
    [
      'that is restored replaces the one before',
      { view: 'replaced' },
      'redraw'
    ],
    ['that is being drawn is waited for', { view: 'loading' }, 'wait'],
    ['that looks strange is left alone', { view: 'unknown' }, 'wait'],
    [
      'without a kernel is a picture',
      { view: 'loading', kernel: 'none' },
      'placeholder'
    ]
  ])('%s', (_, changes, action) => {
    expect(canvasAction({ ...LIVE, ...changes })).toBe(action);
  });

  it.each<[string, Partial<ICanvasFacts>, CanvasAction]>([
    ['that neither has is a picture', {}, 'placeholder'],
    ['that shows an error is a picture', { view: 'error' }, 'placeholder'],
    ['that may be restored is waited for', { kernel: 'unsettled' }, 'wait'],
    [
      'is left alone when the state says nothing',
      { kernel: 'unknown' },
      'wait'
    ],
    ['that the page may find is waited for', { model: 'loading' }, 'wait'],
    ['that the kernel has is fetched', { canvas: 'present' }, 'fetch'],
    [
      'that could not be fetched is a picture',
      { canvas: 'fetched' },
      'placeholder'
    ],
    [
      'that the page cannot draw keeps its error',
      { view: 'error', canvas: 'fetched' },
      'wait'
    ],
    ['that was closed keeps what it shows', { view: 'replaced' }, 'wait']
  ])('%s', (_, changes, action) => {
    expect(canvasAction({ ...DEAD, ...changes })).toBe(action);
  });
});

describe('canvasAction', () => {
  type Row = [string, string, string, string, CanvasAction];

  /** All facts, each with one action; a dot stands for any value, and a bar for "or". */
  const TABLE: Row[] = [
    // view, model, canvas, kernel, action
    ['unknown', '.', '.', '.', 'wait'],
    ['live|loading|dead|replaced|error', '.', '.', 'none', 'placeholder'],
    ['live', '.', '.', 'known|unsettled|unknown', 'keep'],
    ['loading', 'live|loading|missing', '.', 'known|unsettled|unknown', 'wait'],
    ['loading', 'stuck', '.', 'unsettled|unknown', 'wait'],
    ['loading', 'stuck', 'present', 'known', 'fetch'],
    ['loading', 'stuck', 'missing|fetched', 'known', 'wait'],
    ['dead|replaced|error', 'live', '.', 'known|unsettled|unknown', 'redraw'],
    ['dead|replaced|error', 'loading', '.', 'known|unsettled|unknown', 'wait'],
    ['dead|replaced|error', 'missing|stuck', '.', 'unsettled|unknown', 'wait'],
    ['dead|replaced|error', 'missing|stuck', 'present', 'known', 'fetch'],
    ['dead', 'missing|stuck', 'missing|fetched', 'known', 'placeholder'],
    ['replaced', 'missing|stuck', 'missing|fetched', 'known', 'wait'],
    ['error', 'missing|stuck', 'missing', 'known', 'placeholder'],
    ['error', 'missing|stuck', 'fetched', 'known', 'wait']
  ];

  const VIEWS: CanvasView[] = [
    'live',
    'dead',
    'replaced',
    'error',
    'loading',
    'unknown'
  ];
  const MODELS: PageModel[] = ['live', 'loading', 'stuck', 'missing'];
  const CANVASES: KernelCanvas[] = ['missing', 'present', 'fetched'];
  const KERNELS: KernelPlots[] = ['none', 'known', 'unsettled', 'unknown'];

  const facts = VIEWS.flatMap(view =>
    MODELS.flatMap(model =>
      CANVASES.flatMap(canvas =>
        KERNELS.map(kernel => ({ view, model, canvas, kernel }))
      )
    )
  );

  it.each(facts)(
    'of $view, $model, $canvas, $kernel is in the table once',
    ({ view, model, canvas, kernel }) => {
      const rows = TABLE.filter(row =>
        [view, model, canvas, kernel].every(
          (value, at) => row[at] === '.' || row[at].split('|').includes(value)
        )
      );
      expect(rows).toHaveLength(1);
      expect(canvasAction({ view, model, canvas, kernel })).toBe(rows[0][4]);
    }
  );
});
