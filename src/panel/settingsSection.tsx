/**
 * The settings in force, as the panel shows them.
 */
import React, {
  useCallback,
  useEffect,
  useRef,
  useSyncExternalStore
} from 'react';

import type { PlotState } from '../plotState';
import { panelTexts } from '../ui/panelTexts';
import { PanelCommandIDs } from './actions/ids';
import type { PanelModel } from './panelModel';
import type { ISectionProps } from './section';
import { Section, WordButton } from './section';

/** How many characters of a value are shown; its tooltip has all of them. */
const LONGEST = 60;

/** The constants that Python writes differently from JSON. */
const CONSTANTS = new Map<unknown, string>([
  [true, 'True'],
  [false, 'False'],
  [null, 'None']
]);

/** The plotting settings in force, and the buttons that export them as code. */
export function Settings(props: ISectionProps): JSX.Element | null {
  const { model, trans } = props;
  const state = model.plots?.state;
  if (!state?.backend) {
    return null;
  }
  const title = panelTexts(trans).settings;
  return (
    <Section name="settings" title={title} hint={state.backend}>
      <InForce {...props} state={state} />
    </Section>
  );
}

/** Properties of the content of the open section. */
interface IInForceProps extends ISectionProps {
  readonly state: PlotState;
}

/** The settings; the kernel is asked who has chosen the backend, and what the defaults are. */
function InForce(props: IInForceProps): JSX.Element {
  const { state, trans } = props;
  const texts = panelTexts(trans);
  const aliases = Object.entries(state.aliases);
  useBackends(props);
  return (
    <>
      <dl className="jp-MplGuard-settings">
        <dt>
          <label htmlFor="jp-MplGuard-backend">{texts.backend}</label>
        </dt>
        <dd>
          <Backend {...props} state={state} />
        </dd>
        <dt>{texts.interactive}</dt>
        <dd>{state.interactive ? texts.on : texts.off}</dd>
        {state.backend === 'inline' ? (
          <>
            <dt>{texts.formats}</dt>
            <dd>{state.inline.figure_formats.join(', ')}</dd>
          </>
        ) : null}
        {aliases.length ? (
          <>
            <dt>{texts.aliases}</dt>
            <dd>
              {aliases.map(([name, module]) => (
                <code key={name}>
                  {name} = {module}
                </code>
              ))}
            </dd>
          </>
        ) : null}
      </dl>
      <RcParams {...props} />
      <CodeButtons {...props} />
    </>
  );
}

/** The rcParams that are not their defaults, which are shown beside them once they are known. */
function RcParams({ model, state, trans }: IInForceProps): JSX.Element {
  const texts = panelTexts(trans);
  const rcParams = Object.entries(state.rc_params);
  const { backends } = model;
  const defaults = backends.phase === 'done' ? backends.value.defaults : {};
  if (!rcParams.length) {
    return <p className="jp-MplGuard-quiet">{texts.noRcParams}</p>;
  }
  return (
    <>
      <h4>{texts.rcParams}</h4>
      <dl className="jp-MplGuard-settings">
        {rcParams.map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <code title={asText(value)}>{shortened(value)}</code>
              {name in defaults ? (
                <span
                  className="jp-MplGuard-quiet"
                  title={asText(defaults[name])}
                >
                  {texts.default(shortened(defaults[name]))}
                </span>
              ) : null}
            </dd>
          </React.Fragment>
        ))}
      </dl>
    </>
  );
}

/** The buttons that export the settings as code. */
function CodeButtons(props: IInForceProps): JSX.Element {
  const texts = panelTexts(props.trans);
  const { copyCode, insertCode } = PanelCommandIDs;
  return (
    <div className="jp-MplGuard-buttons">
      <WordButton {...props} id={copyCode} label={texts.copyCode} />
      <WordButton {...props} id={insertCode} label={texts.insertCode} />
    </div>
  );
}

/** Ask the kernel about what is in force, when that changes or as soon as it is idle. */
function useBackends({ model, state }: IInForceProps): void {
  const key = [state.backend, ...Object.keys(state.rc_params)].join();
  const asked = useRef('');
  const isIdle = useIsIdle(model);
  const isUnasked = model.backends.phase === 'idle';
  useEffect(() => {
    const isRefused = model.backends.phase === 'busy';
    if (isIdle && (asked.current !== key || isUnasked || isRefused)) {
      asked.current = key;
      void model.findBackends();
    }
  }, [key, isIdle, isUnasked, model]);
}

/** Return whether the kernel answers at once. */
function useIsIdle({ figures }: PanelModel): boolean {
  return useSyncExternalStore(
    useCallback(
      (redraw: () => void) => {
        const statusChanged = figures?.panel.sessionContext.statusChanged;
        statusChanged?.connect(redraw);
        return () => {
          statusChanged?.disconnect(redraw);
        };
      },
      [figures]
    ),
    () => figures?.isIdle ?? false
  );
}

/** The choice of backends, and who has chosen the one in force. */
function Backend({
  commands,
  model,
  state,
  trans
}: IInForceProps): JSX.Element {
  const texts = panelTexts(trans);
  const { backends } = model;
  const current = state.backend!;
  const { backends: found, origin } =
    backends.phase === 'done' ? backends.value : { backends: [], origin: '' };
  const remark =
    backends.phase === 'busy'
      ? texts.busy
      : backends.phase === 'failed'
        ? backends.error
        : origin;
  const isListed = found.some(({ name }) => name === current);
  return (
    <>
      <select
        id="jp-MplGuard-backend"
        className="jp-MplGuard-select"
        aria-busy={backends.phase === 'loading'}
        value={current}
        onChange={({ target }) =>
          void commands.execute(PanelCommandIDs.useBackend, {
            backend: target.value
          })
        }
      >
        {isListed ? null : <option value={current}>{current}</option>}
        {found.map(({ name, usable, why }) => (
          <option
            key={name}
            value={name}
            disabled={!usable && name !== current}
            title={why}
          >
            {usable ? name : texts.notUsable(name, why)}
          </option>
        ))}
      </select>
      {remark ? <p className="jp-MplGuard-quiet">{remark}</p> : null}
    </>
  );
}

/** Return a value as text of at most `LONGEST` characters. */
function shortened(value: unknown): string {
  const text = asText(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** Return a value as Python writes it; texts without quotation marks, as in a matplotlibrc file. */
function asText(value: unknown): string {
  return typeof value === 'string'
    ? value
    : value instanceof Array
      ? `[${value.map(asText).join(', ')}]`
      : (CONSTANTS.get(value) ?? JSON.stringify(value));
}
