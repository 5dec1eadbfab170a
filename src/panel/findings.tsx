/**
 * The sections of the panel for missing parts of a restore, and for problems.
 */
import React from 'react';

import type { ICheck } from '../kernel/figuresApi';
import { statusIcons } from '../ui/icons';
import { panelTexts } from '../ui/panelTexts';
import { PanelCommandIDs } from './actions/ids';
import type { ISectionProps } from './section';
import { Section, WordButton } from './section';

/** The parts that were not restored, with the reasons; empty when all were. */
export function Missing({ model, trans }: ISectionProps): JSX.Element | null {
  const missing = model.plots?.state?.last_restore?.missing ?? [];
  return missing.length ? (
    <Section
      name="missing"
      title={panelTexts(trans).missing}
      hint={String(missing.length)}
      isOpenFirst
    >
      <dl className="jp-MplGuard-findings">
        {missing.map(({ what, why }) => (
          <div key={`${what} ${why}`}>
            <dt>{what}</dt>
            <dd>{why}</dd>
          </div>
        ))}
      </dl>
    </Section>
  ) : null;
}

/** The problems that the kernel has found, when it was asked. */
export function Problems(props: ISectionProps): JSX.Element | null {
  const { model, trans } = props;
  const texts = panelTexts(trans);
  const { checks } = model;
  if (!model.plots?.state) {
    return null;
  }
  const value = checks.phase === 'done' ? checks.value : [];
  const shown = value.filter(({ status }) => status !== 'ok');
  const remark = {
    idle: texts.notLooked,
    loading: texts.looking,
    busy: texts.busy,
    failed: checks.phase === 'failed' ? checks.error : '',
    done: texts.checked(value.length)
  }[checks.phase];
  return (
    <Section
      name="problems"
      title={texts.problems}
      hint={shown.length ? String(shown.length) : ''}
      isLoading={checks.phase === 'loading'}
      isOpenFirst={checks.phase !== 'idle'}
    >
      <div aria-live="polite">
        {checks.phase === 'done' ? (
          <>
            {shown.length ? null : <p>{texts.noProblems}</p>}
            <ul className="jp-MplGuard-checks">
              {shown.map(check => (
                <Check key={check.id} {...check} />
              ))}
            </ul>
          </>
        ) : null}
        <p className="jp-MplGuard-quiet">{remark}</p>
      </div>
      <div className="jp-MplGuard-buttons">
        <WordButton
          {...props}
          id={PanelCommandIDs.check}
          label={checks.phase === 'idle' ? texts.look : texts.lookAgain}
          isBusy={checks.phase === 'loading'}
        />
      </div>
    </Section>
  );
}

function Check({ id, remedy, sentence, status }: ICheck): JSX.Element {
  const icon = status === 'problem' ? statusIcons.partial : statusIcons.pending;
  return (
    <li data-check={id} data-status={status}>
      <icon.react className="jp-MplGuard-icon" tag="span" />
      <div>
        {sentence}
        {remedy ? <p className="jp-MplGuard-remedy">{remedy}</p> : null}
      </div>
    </li>
  );
}
