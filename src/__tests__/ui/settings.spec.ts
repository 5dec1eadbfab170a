import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';

import { followSettings } from '../../ui/settings';
import type { ISettingsTarget } from '../../ui/settings';
import { FakeServer, idle } from '../support/fakeServer';

/** What the settings schema says. */
const DEFAULTS = {
  enabled: true,
  figures: 'crash',
  markStalePlots: true,
  notify: true
};

/** Settings that a user can change. */
class FakeSettings {
  readonly changed = new Signal<this, void>(this);

  constructor(public user: Record<string, string | boolean> = {}) {}

  get composite() {
    return { ...DEFAULTS, ...this.user };
  }

  change(user: Record<string, string | boolean>): void {
    this.user = user;
    this.changed.emit();
  }
}

describe('followSettings', () => {
  let server: FakeServer;
  let target: ISettingsTarget;
  let errors: unknown[];
  let marks: boolean[];

  beforeEach(() => {
    server = new FakeServer();
    errors = [];
    marks = [];
    target = {
      preferences: {
        enabled: true,
        hints: true,
        markStalePlots: true,
        notify: true
      },
      serverSettings: server.settings,
      onError: error => {
        errors.push(error);
      },
      onChange: () => {
        marks.push(target.preferences.markStalePlots);
      }
    };
  });

  /** Follow settings that start as given. */
  async function follow(user = {}): Promise<FakeSettings> {
    const settings = new FakeSettings(user);
    followSettings(settings as unknown as ISettingRegistry.ISettings, target);
    await idle();
    return settings;
  }

  /** The bodies that the server got. */
  function sent(): unknown[] {
    return server.requests.map(({ body }) => body);
  }

  it('does not send defaults that nobody has changed', async () => {
    await follow();
    expect(server.log).toEqual([]);
  });

  it('sends what the user has set, and no more', async () => {
    await follow({ figures: 'never', notify: false });
    expect(server.log).toEqual(['PUT /base/mpl-guard/policy']);
    expect(sent()).toEqual([{ figures: 'never' }]);
  });

  it('sends what changes', async () => {
    const settings = await follow({ figures: 'never' });
    settings.change({ figures: 'never', enabled: false });
    await idle();
    settings.change({ figures: 'always', enabled: false });
    await idle();
    expect(sent()).toEqual([
      { figures: 'never' },
      { enabled: false },
      { figures: 'always' }
    ]);
  });

  it('does not send what is only for the page', async () => {
    const settings = await follow();
    settings.change({ notify: false });
    await idle();
    expect(server.log).toEqual([]);
    expect(target.preferences.notify).toBe(false);
  });

  it('sends the default when the user goes back to it', async () => {
    const settings = await follow({ figures: 'never' });
    settings.change({});
    await idle();
    expect(sent()).toEqual([{ figures: 'never' }, { figures: 'crash' }]);
    settings.change({});
    await idle();
    expect(sent()).toHaveLength(2);
  });

  it('says whether the page restores', async () => {
    const settings = await follow({ enabled: false });
    expect(target.preferences.enabled).toBe(false);
    settings.change({ enabled: true });
    expect(target.preferences.enabled).toBe(true);
  });

  it('says at once whether the page marks plots', async () => {
    const settings = await follow();
    settings.change({ markStalePlots: false });
    expect(marks).toEqual([true, false]);
    expect(server.log).toEqual([]);
  });

  it('reports what the server has refused', async () => {
    await follow({ figures: 'never' });
    await server.last.answer({ message: 'You may not.' }, 403);
    expect(errors).toEqual([
      expect.objectContaining({ message: 'You may not.' })
    ]);
  });
});
