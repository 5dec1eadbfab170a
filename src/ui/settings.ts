/**
 * Applies the user's settings, on the page and on the server.
 */
import type { ServerConnection } from '@jupyterlab/services';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import type { IPolicy } from '../kernel/api';
import { setPolicy } from '../kernel/api';
import type { IPreferences } from '../tokens';

/** The settings that the server applies. */
const POLICY = ['enabled', 'figures', 'data'] as const;

/** The page and the server, as far as settings apply to them. */
export interface ISettingsTarget {
  /** The choices that the page follows. */
  preferences: IPreferences;
  /** The server that follows the policy. */
  serverSettings: ServerConnection.ISettings;
  /** Called with what went wrong when the server refused the policy. */
  onError: (error: unknown) => void;
  /** Called when the page's choices have changed. */
  onChange: () => void;
}

/**
 * Apply the settings now and each time that they change.
 *
 * The server's configuration is the default of the policy, so the defaults of
 * the page are not sent: only what the user has set, when the page opens, and
 * what changes while it is open. So two pages do not overrule each other with
 * settings that have their defaults.
 */
export function followSettings(
  settings: ISettingRegistry.ISettings,
  target: ISettingsTarget
): void {
  let known: Partial<IPolicy> = {};

  const read = (): void => {
    const { preferences, serverSettings, onChange, onError } = target;
    preferences.enabled = settings.composite.enabled !== false;
    preferences.hints = settings.composite.hints !== false;
    preferences.markStalePlots = settings.composite.markStalePlots !== false;
    preferences.notify = settings.composite.notify !== false;
    onChange();

    const chosen = pick(settings.user);
    // A choice that was removed becomes the default of the page.
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

/** Return the settings among `values` that are policy and have one of the names. */
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
