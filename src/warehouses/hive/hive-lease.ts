import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '../../core/abort.ts';
import { EngineError, LeaseHeldError } from '../../core/engine-error.ts';
import { heldHere, type Holder, holderHere, HolderWatch } from '../../files/lease-holder.ts';
import type { HeldLease } from '../lake/lake.ts';
import { qualified } from './ddl.ts';
import { inTime } from './in-time.ts';
import { textLiteral } from './literals.ts';
import { readProperties } from './metastore.ts';
import type { Sessions } from './sessions.ts';

const TABLE = 'kraken_lease';
const POLL_MS = 250;
const HEARTBEAT_MS = 2_000;
/** A holder on another host counts as dead when its heartbeat hasn't changed for this long, in ms. */
const TERM_MS = 30_000;
const STATEMENT_MS = 15_000;

/**
 * Waits for the right to write if there is no lake. The lease is a table that only one process can create.
 * @throws LeaseHeldError, naming the holder, when the signal is aborted first
 */
export async function acquireHiveLease(
  sessions: Sessions,
  database: string,
  holder: string,
  signal: AbortSignal,
): Promise<HeldLease> {
  const own = holderHere(holder);
  const tables = new LeaseTables(sessions, database);
  const watch = new HolderWatch(TERM_MS);
  let other: Holder | undefined;
  heldHere.add(own.nonce);
  try {
    for (;;) {
      if (other && signal.aborted) throw new LeaseHeldError(other.holder);
      const attempting = attempt(tables, TABLE, own, watch);
      try {
        other = await abortable(attempting, signal);
      } catch (error) {
        // The attempt continues and may still succeed, although nobody wants the lease by then.
        attempting
          .then((holds) => (holds ? undefined : tables.drop(TABLE, own.nonce)))
          .catch(() => undefined);
        throw other && signal.aborted ? new LeaseHeldError(other.holder) : error;
      }
      if (!other) return new HiveLease(tables, own.nonce);
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    heldHere.delete(own.nonce);
    throw error;
  }
}

class HiveLease implements HeldLease {
  readonly #tables: LeaseTables;
  readonly #nonce: string;
  readonly #heartbeat: NodeJS.Timeout;
  #beating = Promise.resolve();
  #released = false;

  constructor(tables: LeaseTables, nonce: string) {
    this.#tables = tables;
    this.#nonce = nonce;
    let beats = 0;
    this.#heartbeat = setInterval(() => {
      this.#beating = this.#beating.then(() => tables.beat(TABLE, nonce, ++beats)).catch(() => undefined);
    }, HEARTBEAT_MS).unref();
  }

  async assertHeld(): Promise<void> {
    if ((await this.#tables.read(TABLE))?.nonce !== this.#nonce) {
      throw new EngineError(
        'hive',
        'the lease was released, or lost because this process stood still for too long',
      );
    }
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    clearInterval(this.#heartbeat);
    try {
      // A late heartbeat would add its property to the next holder's table.
      await this.#beating;
      await this.#tables.drop(TABLE, this.#nonce);
    } finally {
      // Not earlier: waiters in this process would take the holder for dead.
      heldHere.delete(this.#nonce);
    }
  }
}

/**
 * Creates the table, or replaces a holder that died. Several processes may see the same dead holder. To replace it, a
 * process first takes a second lease, made for this takeover, so that nobody drops the table of the next holder.
 * @returns the holder; undefined when this process has the lease
 */
async function attempt(
  tables: LeaseTables,
  table: string,
  own: Holder,
  watch: HolderWatch,
): Promise<Holder | undefined> {
  // Reading comes first, because failed creations may lock the metastore's database against the process that
  // drops the table.
  let other = await tables.read(table);
  if (!other) {
    if (await tables.create(table, own)) return undefined;
    other = await tables.read(table);
  }
  if (!other) return own;
  if (!watch.isDead(table, other, other.beats)) return other;
  const takeover = `${TABLE}_${other.nonce.replace(/\W/g, '').slice(-12)}`;
  if (await attempt(tables, takeover, own, watch)) return other;
  try {
    await tables.drop(table, other.nonce);
    return (await tables.create(table, own)) ? undefined : other;
  } finally {
    await tables.drop(takeover, own.nonce);
  }
}

interface Seen extends Holder {
  readonly beats: string;
}

class LeaseTables {
  readonly #sessions: Sessions;
  readonly #database: string;

  constructor(sessions: Sessions, database: string) {
    this.#sessions = sessions;
    this.#database = database;
  }

  /** Creates a table. @returns false if it existed */
  async create(table: string, { holder, host, pid, nonce }: Holder): Promise<boolean> {
    const properties = { holder, host, pid: String(pid), nonce };
    const list = Object.entries(properties).map(
      ([name, value]) => `'kraken.${name}' = ${textLiteral(value)}`,
    );
    try {
      await this.#execute(
        `CREATE EXTERNAL TABLE ${qualified(this.#database, table)} (\`none\` STRING)
         TBLPROPERTIES ('external.table.purge' = 'true', ${list.join(', ')})`,
      );
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (/AlreadyExists|already exists/i.test(error.message)) return false;
      // If several clients create it at the same moment, some get an error of the metastore's own database.
      const there = await this.read(table);
      if (!there) throw error;
      return there.nonce === nonce;
    }
  }

  async read(table: string): Promise<Seen | undefined> {
    const properties = await inTime(STATEMENT_MS, (signal) =>
      readProperties(this.#sessions, this.#database, table, signal),
    );
    if (!properties) return undefined;
    const of = (name: string) => properties.get(`kraken.${name}`) ?? '';
    const nonce = of('nonce');
    return {
      holder: of('holder'),
      host: of('host'),
      pid: Number(of('pid')),
      nonce,
      beats: of(`beats.${nonce}`),
    };
  }

  /** Records a heartbeat under the holder's nonce, so that it can't keep another holder alive. */
  async beat(table: string, nonce: string, beats: number): Promise<void> {
    await this.#execute(
      `ALTER TABLE ${qualified(this.#database, table)} SET TBLPROPERTIES ('kraken.beats.${nonce}' = '${beats}')`,
    );
  }

  /** Drops the table if that holder still has it. */
  async drop(table: string, nonce: string): Promise<void> {
    if ((await this.read(table))?.nonce !== nonce) return;
    await this.#execute(`DROP TABLE IF EXISTS ${qualified(this.#database, table)}`);
  }

  #execute(sql: string): Promise<void> {
    return inTime(STATEMENT_MS, (signal) => this.#sessions.execute(sql, signal));
  }
}
