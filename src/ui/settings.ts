/**
 * Brings the user's settings into force, on the page and on the server.
 */
import type { ServerConnection } from '@jupyterlab/services';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import type { IPolicy } from '../kernel/api';
import { setPolicy } from '../kernel/api';
import type { PlotModel } from '../kernel/plotModel';

/** The settings that are the server's to follow. */
const POLICY = ['enabled', 'figures'] as const;

/** What the settings act on. */
export interface ISettingsTarget {
  /** The choices that the page follows. */
  preferences: PlotModel.IPreferences;
  /** The server that follows the policy. */
  serverSettings: ServerConnection.ISettings;
  /** Called with what went wrong when the server did not take the policy. */
  onError: (error: unknown) => void;
  /** Called when the page's choices have changed. */
  onChange: () => void;
}

/**
 * Follow the settings, from now on.
 *
 * The server's own configuration is the default of the policy, so the page's
 * defaults are not sent: only what the user has set, when the page opens, and
 * what changes while it is open. Then two pages do not overrule each other
 * with settings that nobody has touched.
 */
export function followSettings(
  settings: ISettingRegistry.ISettings,
  target: ISettingsTarget
): void {
  let known: Partial<IPolicy> = {};

  const read = (): void => {
    const { preferences, serverSettings, onChange, onError } = target;
    preferences.enabled = settings.composite.enabled !== false;
    preferences.markStalePlots = settings.composite.markStalePlots !== false;
    preferences.notify = settings.composite.notify !== false;
    onChange();

    const chosen = pick(settings.user);
    // A choice that was taken back becomes the page's default.
    const wanted = {
      ...pick(settings.composite, Object.keys(known)),
      ...chosen
    };
    const changes = Object.fromEntries(
      Object.entries(wanted).filter(
        ([key, value]) => known[key as keyof IPolicy] !== value
      )
    );
    known = wanted;
    if (Object.keys(changes).length) {
      setPolicy(serverSettings, changes).catch(onError);
    }
  };

  read();
  settings.changed.connect(read);
}

/** The part of some settings that is policy, of the given names if any. */
function pick(
  values: ISettingRegistry.ISettings['composite'],
  names: readonly string[] = POLICY
): Partial<IPolicy> {
  return Object.fromEntries(
    POLICY.filter(key => names.includes(key) && values[key] !== undefined).map(
      key => [key, values[key]]
    )
  );
}
