import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Back } from '../../app/login.ts';
import { isLoopback } from '../../server/guard.ts';
import { listenHere } from '../../server/serve.ts';
import { type Landing, landingHeaders, landingPage } from './page.ts';

/** What came of a visit: the page to show, and the answer or the error that the command ends with. */
export interface Ended<Answer> {
  readonly landing: Landing;
  readonly result: { readonly answer: Answer } | { readonly error: unknown };
}

/** A door of this machine to which a vendor sends the browser back. */
export interface BrowserDoor {
  /** The address for the vendor. */
  readonly redirectUri: string;
  /**
   * The first visitor that brings this `state` back: `end` makes something of what else they brought, and they see its page before this
   * resolves. Anybody else is turned away; `stranger` is told. Rejects with the error that `end` gave.
   */
  visit<Answer>(state: string, end: (back: Back) => Promise<Ended<Answer>>, stranger: () => void): Promise<Answer>;
  close(): Promise<void>;
}

const path = '/login';

/** Listens on loopback only. By name in the address, since vendors take plain http for `localhost`. Throws AppError where the port is taken. */
export async function openBrowserDoor(port: number): Promise<BrowserDoor> {
  let receive: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => {
    show(response, 503, waiting);
  };
  const server = createServer((request, response) => receive(request, response));
  const redirectUri = `http://localhost:${await listenHere(server, port)}${path}`;

  return {
    redirectUri,
    visit(state, end, stranger) {
      return new Promise((resolve, reject) => {
        let taken = false;
        receive = (request, response) => {
          const asked = URL.parse(request.url ?? '', redirectUri);
          // A page of another name that points here (DNS rebinding) is no visitor.
          if (
            asked === null ||
            asked.pathname !== path ||
            request.method !== 'GET' ||
            !isLoopback(request.headers.host ?? '')
          )
            return show(response, 404, nothing);
          const { state: brought, ...back } = Object.fromEntries(asked.searchParams);
          if (brought !== state) {
            stranger();
            return show(response, 400, another);
          }
          if (taken) return show(response, 409, again);
          taken = true;
          end(back).then(({ landing, result }) => {
            const ended = () => ('error' in result ? reject(result.error) : resolve(result.answer));
            // Either may come first, and a promise settles once: the page was sent, or the browser has gone away.
            response.once('finish', ended).once('close', ended);
            show(response, landing.good ? 200 : 400, landing);
          }, reject);
        };
      });
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function show(response: ServerResponse, status: number, landing: Landing): void {
  response.writeHead(status, landingHeaders);
  response.end(landingPage(landing));
}

const waiting: Landing = { title: 'Not yet', says: ['The command is still getting ready. Try again.'], good: false };
const nothing: Landing = {
  title: 'Nothing is here',
  says: ['This door is for a login in the browser alone.'],
  good: false,
};
const another: Landing = {
  title: 'This is another login',
  says: [
    'What the browser brought back does not belong to the login that waits here, so it was not used.',
    'Open the address that the command shows.',
  ],
  good: false,
};
const again: Landing = {
  title: 'It is under way already',
  says: ['This login was brought back before. How it ended stands in the terminal.'],
  good: false,
};
