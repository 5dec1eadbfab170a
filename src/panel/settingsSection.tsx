/**
 * The settings in force, as the panel shows them.
 */
import React from 'react';

import type { PlotState } from '../plotState';
import { panelTexts } from '../ui/panelTexts';
import { PanelCommandIDs } from './actions/ids';
import type { ISectionProps } from './section';
import { Section } from './section';

/** The plotting settings in force, and how to take them along. */
export function Settings(props: ISectionProps): JSX.Element | null {
  const { commands, model, trans } = props;
  const state = model.plots?.state;
  if (!state?.backend) {
    return null;
  }
  const texts = panelTexts(trans);
  const aliases = Object.entries(state.aliases);
  const rcParams = Object.entries(state.rc_params);
  return (
    <Section name="settings" title={texts.settings} hint={state.backend}>
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
      {rcParams.length ? (
        <>
          <h4>{texts.rcParams}</h4>
          <dl className="jp-MplGuard-settings">
            {rcParams.map(([name, value]) => (
              <React.Fragment key={name}>
                <dt>
                  <code>{name}</code>
                </dt>
                <dd>
                  <code>{asText(value)}</code>
                </dd>
              </React.Fragment>
            ))}
          </dl>
        </>
      ) : (
        <p className="jp-MplGuard-quiet">{texts.noRcParams}</p>
      )}
      <div className="jp-MplGuard-buttons">
        <button
          type="button"
          className="jp-MplGuard-button"
          onClick={() => void commands.execute(PanelCommandIDs.copyCode)}
        >
          {texts.copyCode}
        </button>
        <button
          type="button"
          className="jp-MplGuard-button"
          onClick={() => void commands.execute(PanelCommandIDs.insertCode)}
        >
          {texts.insertCode}
        </button>
      </div>
    </Section>
  );
}

/** The choice of backends; the kernel is asked for them when somebody wants to choose. */
function Backend({
  commands,
  model,
  state,
  trans
}: ISectionProps & { readonly state: PlotState }): JSX.Element {
  const texts = panelTexts(trans);
  const { backends } = model;
  const current = state.backend!;
  const found = backends.phase === 'done' ? backends.value : [];
  const isListed = found.some(({ name }) => name === current);
  const ask = () => void model.findBackends();
  return (
    <>
      <select
        id="jp-MplGuard-backend"
        className="jp-MplGuard-select"
        aria-busy={backends.phase === 'loading'}
        value={current}
        onFocus={ask}
        onPointerEnter={ask}
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
      {backends.phase === 'busy' ? (
        <p className="jp-MplGuard-quiet">{texts.busy}</p>
      ) : backends.phase === 'failed' ? (
        <p className="jp-MplGuard-quiet">{backends.error}</p>
      ) : null}
    </>
  );
}

/** Return a value as a matplotlibrc file could have it. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
