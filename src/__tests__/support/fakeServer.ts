/**
 * A stand-in for the Jupyter server.
 */
import { ServerConnection } from '@jupyterlab/services';

/**
 * A server that records its requests, and answers when the test does.
 */
export class FakeServer {
  readonly requests: FakeServer.IRequest[] = [];

  /** Settings with which requests arrive here. */
  readonly settings = ServerConnection.makeSettings({
    baseUrl: 'http://fake.invalid/base/',
    token: '',
    fetch: (request: RequestInfo | URL) => this._receive(request as Request)
  });

  /** The requests, as "METHOD path". */
  get log(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** The latest request. */
  get last(): FakeServer.IRequest {
    return this.requests[this.requests.length - 1];
  }

  private async _receive(request: Request): Promise<Response> {
    const text = await request.text();
    return new Promise((resolve, reject) => {
      this.requests.push({
        method: request.method,
        path: new URL(request.url).pathname,
        body: text ? JSON.parse(text) : undefined,
        answer: async (body, status = 200) => {
          resolve(
            new Response(
              status === 204
                ? null
                : typeof body === 'string'
                  ? body
                  : JSON.stringify(body),
              { status }
            )
          );
          await idle();
        },
        fail: async () => {
          reject(new TypeError('network away'));
          await idle();
        }
      });
    });
  }
}

export namespace FakeServer {
  /** One request that waits for its answer. */
  export interface IRequest {
    method: string;
    path: string;
    body: unknown;
    answer: (body: unknown, status?: number) => Promise<void>;
    fail: () => Promise<void>;
  }
}

/** Wait until everything has run that does not wait for the test. */
export async function idle(): Promise<void> {
  for (let count = 0; count < 5; count++) {
    await new Promise(resolve => setTimeout(resolve));
  }
}
