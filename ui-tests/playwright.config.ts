/**
 * Which browser the tests drive, against which servers.
 *
 * MPL_GUARD_CHROMIUM names the browser (else the first Chromium on PATH), and
 * MPL_GUARD_UI_PORT the first of the six ports that the servers take. With
 * MPL_GUARD_UI_GATEWAY only the tests behind a gateway run, and it is of that kind.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { defineConfig } from '@playwright/test';

const port = Number(process.env.MPL_GUARD_UI_PORT ?? 18888);
const labURL = `http://localhost:${port}`;
const notebookURL = `http://localhost:${port + 1}`;
const sharedURL = `http://localhost:${port + 2}`;
// Tests end all kernels of their server and change its policy: each worker has a JupyterLab of its own.
const labURLs = [labURL, `http://localhost:${port + 3}`];
const farURL = `http://localhost:${port + 4}`;

// Galata takes the address of the server from here.
process.env.TARGET_URL = labURL;
process.env.MPL_GUARD_LAB_URLS = labURLs.join(' ');

/** The first Chromium on PATH. */
function findChromium(): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      if (existsSync(join(folder, name))) {
        return join(folder, name);
      }
    }
  }
  throw new Error(
    'There is no Chromium on PATH: install one (apt-get install chromium) or name it in MPL_GUARD_CHROMIUM.'
  );
}

/** The page's half of jupyter-collaboration, which is installed for one of the projects. */
const COLLABORATION = [
  '@jupyter/collaboration-extension',
  '@jupyter/docprovider-extension'
];

/** The gateways, by the names of the environments that `tests/support/environments.py` makes for them. */
const GATEWAYS = {
  kernel_gateway: {
    script: 'jupyter-kernelgateway',
    app: 'KernelGatewayApp',
    options: '--JupyterWebsocketPersonality.list_kernels=True'
  },
  enterprise_gateway: {
    script: 'jupyter-enterprisegateway',
    app: 'EnterpriseGatewayApp',
    options:
      '--EnterpriseGatewayApp.list_kernels=True --EnterpriseGatewayApp.unauthorized_users=nobody'
  }
};

const onlyGateway = process.env.MPL_GUARD_UI_GATEWAY as
  keyof typeof GATEWAYS | undefined;

/** What the gateway wants to be told. */
const TOKEN = 's3cret';

/** A gateway in an environment, a home and a runtime folder of its own, as on another machine. */
function gateway(name: keyof typeof GATEWAYS, at: number) {
  const { script, app, options } = GATEWAYS[name];
  const home = join(__dirname, '.server', `${name}-${at}`);
  mkdirSync(home, { recursive: true });
  const bin = join(__dirname, `../.venv/kernels/environments/${name}/bin`);
  return {
    command: `${join(bin, 'python')} ${join(bin, script)} --${app}.ip=127.0.0.1 --${app}.port=${at} --${app}.port_retries=0 --${app}.auth_token=${TOKEN} --KernelRestarter.time_to_dead=0.5 --AsyncIOLoopKernelRestarter.time_to_dead=0.5 ${options}`,
    url: `http://127.0.0.1:${at}/api/kernelspecs`, // which says that a token is needed
    cwd: home,
    env: {
      HOME: home,
      IPYTHONDIR: join(home, 'ipython'),
      JUPYTER_CONFIG_DIR: join(home, 'config'),
      JUPYTER_DATA_DIR: join(home, 'data'),
      JUPYTER_PATH: '',
      JUPYTER_PREFER_ENV_PATH: '1',
      JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
      PATH: `${bin}${delimiter}${process.env.PATH}`
    },
    stdout: 'ignore' as const,
    gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 20_000 },
    timeout: 120_000
  };
}

/** A Jupyter application that neither reads nor writes what the user's own does. */
function server(
  application: 'lab' | 'notebook',
  url: string,
  page: string,
  collaborative = false,
  options = ''
) {
  const kind = collaborative ? 'collaboration' : application;
  const name = `${kind}-${new URL(url).port}`;
  const home = join(__dirname, '.server', name);
  const config = join(home, 'config');
  mkdirSync(join(config, 'labconfig'), { recursive: true });
  writeFileSync(
    join(config, 'labconfig', 'page_config.json'),
    JSON.stringify({
      disabledExtensions: Object.fromEntries(
        COLLABORATION.map(each => [each, !collaborative])
      )
    })
  );
  // A kernel says at each start that it listens on TCP.
  const profile = join(home, 'ipython', 'profile_default');
  mkdirSync(profile, { recursive: true });
  writeFileSync(
    join(profile, 'ipython_kernel_config.json'),
    JSON.stringify({ IPKernelApp: { log_level: 'ERROR' } })
  );
  return {
    command: `jupyter ${application} --config jupyter_server_test_config.py --ServerApp.port=${new URL(url).port} ${options}`,
    url: `${url}/${page}`,
    env: {
      IPYTHONDIR: join(home, 'ipython'),
      JUPYTER_CONFIG_DIR: config,
      JUPYTER_DATA_DIR: join(home, 'data'),
      JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
      MPL_GUARD_COLLABORATION: collaborative ? '1' : ''
    },
    stdout: 'ignore' as const,
    gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 20_000 },
    timeout: 120_000
  };
}

const projects = [
  { name: 'lab', testDir: 'tests/lab', use: { baseURL: labURL } },
  {
    name: 'notebook',
    testDir: 'tests/notebook',
    use: { baseURL: notebookURL }
  },
  {
    name: 'collaboration',
    testDir: 'tests/collaboration',
    use: { baseURL: sharedURL }
  }
];
const servers = [
  ...labURLs.map(url => server('lab', url, 'lab')),
  server('notebook', notebookURL, 'tree'),
  server('lab', sharedURL, 'lab', true)
];

const farProject = {
  name: 'gateway',
  testDir: 'tests/gateway',
  use: { baseURL: farURL }
};
const farServers = [
  gateway(onlyGateway ?? 'kernel_gateway', port + 5),
  server(
    'lab',
    farURL,
    'lab',
    false,
    `--GatewayClient.url=http://127.0.0.1:${port + 5} --GatewayClient.auth_token=${TOKEN}`
  )
];

export default defineConfig({
  // Most of a test is waiting: for a kernel to start, and for its end to be noticed.
  workers: labURLs.length,
  timeout: 120_000,
  // What repeats another test in another theme, another application or at another resolution.
  grepInvert: process.env.CI ? /@thorough/ : undefined,
  // A slow machine may lose a websocket while a kernel starts; a test that needs its second try is listed as flaky.
  retries: process.env.CI ? 2 : 0,
  expect: { timeout: 30_000 },
  reporter: 'list',
  testDir: 'tests',
  // Pictures are taken on request: see `tests/support/pictures.ts`.
  testIgnore: process.env.MPL_GUARD_PICTURES ? [] : '**/*pictures.spec.ts',
  use: {
    launchOptions: {
      executablePath: process.env.MPL_GUARD_CHROMIUM || findChromium(),
      args: [
        // Without a graphics card, a process of its own would draw in its stead.
        '--disable-gpu',
        // Chromium has no sandbox for root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
      ]
    },
    // A trace takes pictures of the page all the time, which halves a small machine.
    trace: process.env.CI ? 'on-first-retry' : 'retain-on-failure',
    video: 'off',
    viewport: { width: 1280, height: 800 }
  },
  projects: onlyGateway ? [farProject] : [...projects, farProject],
  webServer: onlyGateway ? farServers : [...servers, ...farServers]
});
