import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Installation, openInstallation } from '../support/celery/installation.js';
import { celeryInstalled, PythonFailure } from '../support/celery/python.js';
import { until } from '../support/kit.js';
import { redisInstalled } from '../support/redis.mjs';

describe.skipIf(!celeryInstalled || !redisInstalled)('Chains, groups and chords of a Python caller', () => {
  let site: Installation;
  const run = (code: string, variables?: Record<string, unknown>) => site.python.run(code, variables);
  const failureOf = async (code: string) => {
    const error = await run(code).catch((thrown: unknown) => thrown);
    if (error instanceof PythonFailure) return error.exception;
    throw new Error(`Python raised nothing: ${JSON.stringify(error)}`);
  };
  const notedByPython = () => run('[id.decode() for id in app.backend.client.lrange("noted", 0, -1)]') as Promise<string[]>;

  beforeAll(async () => {
    site = await openInstallation();
    await site.startWorker();
    await site.startBridge();
    await site.startPythonWorker();
  });
  afterAll(() => site.close());
  beforeEach(() => {
    site.noted.length = 0;
  });

  describe('a chain', () => {
    it('gives each step the result of the one before', async () => {
      expect(await run('chain(add.s(1, 2), add.s(10), add.si(100, 1)).apply_async().get(timeout=10)')).toBe(101);
      expect(await run('chain(add.s(1, 2), add.s(10), add.s(100)).apply_async().get(timeout=10)')).toBe(113);
    });

    it.each([
      ['ours, Python’s, ours', 'chain(add.s(1, 2), python_add.s(10), add.s(100))'],
      ['Python’s, ours, Python’s', 'chain(python_add.s(1, 2), add.s(10), python_add.s(100))'],
    ])('goes between the workers: %s', async (_, code) => {
      expect(await run(`${code}.apply_async().get(timeout=10)`)).toBe(113);
    });

    it('knows its parents and its children', async () => {
      const seen = await run(
        'r = chain(add.s(1, 2), add.s(10)).apply_async(); r.get(timeout=10); p = AsyncResult(r.parent.id); [p.get(), [c.id for c in p.children] == [r.id]]',
      );
      expect(seen).toEqual([3, true]);
    });

    it('leaves out a result that the next step has no place for', async () => {
      expect(await run('chain(ids.s(7), ids.s(9)).apply_async().get(timeout=10)')).toEqual({ user_id: 9, limit: 10 });
    });

    it('fails to its end with the error of the step that failed', async () => {
      const error = { type: 'ValueError', module: 'builtins', args: ['at two'] };
      expect(await failureOf('chain(add.s(1, 2), fail.si("at two"), add.s(1)).apply_async().get(timeout=10)')).toEqual(error);
      expect(await failureOf('chain(add.s(1, 2), fail.si("at two"), python_add.s(1)).apply_async().get(timeout=10)')).toEqual(
        error,
      );
    });

    it.each([
      ['a chord', 'chain(fail.si("early"), group(add.s(2), add.s(3)), total.s())'],
      ['a chord that another step follows', 'chain(fail.si("early"), group(add.s(2), add.s(3)), total.s(), add.s(1))'],
      ['a chord of chains', 'chain(fail.si("early"), group(chain(add.s(2), add.s(3)), add.s(3)), total.s())'],
    ])('fails to its end over %s', async (_, code) => {
      expect(await failureOf(`${code}.apply_async().get(timeout=10)`)).toMatchObject({ type: 'ValueError', args: ['early'] });
    });

    it('fails with the error of a Python step', async () => {
      const error = await failureOf('chain(add.s(1, 2), python_fail.si("at two"), add.s(1)).apply_async().get(timeout=10)');
      expect(error).toMatchObject({ type: 'OrderError', args: ['at two', 7] });
    });

    it('stops loudly at a step that nobody has', async () => {
      const error = await failureOf('chain(add.s(1, 2), nowhere.si(), add.s(1)).apply_async().get(timeout=10)');
      expect(error).toMatchObject({ type: 'NotRegistered', args: ['nowhere.at_all'] });
      expect(site.kit.log.lines.join('\n')).toMatch(/nowhere\.at_all.*CELERY_BRIDGE_PYTHON_QUEUES/);
    });
  });

  describe('link and link_error', () => {
    it('calls what is linked with the result, ours and Python’s', async () => {
      const code =
        'r = add.apply_async((1, 2), link=[add.s(10), python_add.s(20)]); r.get(timeout=10); [c.get(timeout=10) for c in r.children[0].results]';
      expect(await run(code)).toEqual([13, 23]);
    });

    it('calls an errback with the id of the task that failed', async () => {
      const ours = await run('r = fail.apply_async(link_error=note.s()); r.id');
      const theirs = await run('r = fail.apply_async(link_error=python_note.s()); r.id');
      await until(() => site.noted.includes(ours as string));
      await until(async () => (await notedByPython()).includes(theirs as string));
    });

    it('tells the errback of a task that nobody has, which Celery does not', async () => {
      const id = await run('nowhere.apply_async(link_error=note.s()).id');
      await until(() => site.noted.includes(id as string));
    });
  });

  describe('a group', () => {
    it('gives the results in order', async () => {
      expect(await run('group(add.s(1, 1), python_add.s(2, 2), add.s(3, 3)).apply_async().get(timeout=10)')).toEqual([2, 4, 6]);
    });

    it('can be saved and restored', async () => {
      const code =
        'g = group(add.s(1, 1), add.s(2, 2)).apply_async(); g.save(); g.get(timeout=10); s = GroupResult.restore(g.id, app=app); [s.successful(), [r.result for r in s.results]]';
      expect(await run(code)).toEqual([true, [2, 4]]);
    });

    it('raises the first failure', async () => {
      expect(await failureOf('group(add.s(1, 1), fail.s("in a group")).apply_async().get(timeout=10)')).toMatchObject({
        type: 'ValueError',
      });
    });
  });

  it('runs chunks, starmap and map', async () => {
    expect(await run('add.chunks([(1, 1), (2, 2), (3, 3)], 2)().get(timeout=10)')).toEqual([[2, 4], [6]]);
    expect(await run('add.starmap([(1, 1), (2, 2)]).delay().get(timeout=10)')).toEqual([2, 4]);
    expect(await run('total.map([[1, 2], [3]]).delay().get(timeout=10)')).toEqual([3, 3]);
  });

  describe('a chord', () => {
    it.each([
      ['ours', 'chord([add.s(1, 1), add.s(2, 2)])(total.s())', 6],
      ['ours with a body of Python’s', 'chord([add.s(1, 1), add.s(2, 2)])(python_total.s())', 6],
      ['mixed', 'chord([add.s(1, 1), python_add.s(2, 2), add.s(3, 3)])(total.s())', 12],
      ['of chains', 'chord([chain(add.s(1, 1), add.s(1)), chain(add.s(2, 2), python_add.s(1))])(total.s())', 8],
      ['in a chain', 'chain(add.s(1, 1), group(add.s(2), add.s(3)), total.s()).apply_async()', 9],
      [
        'in a chain that goes on',
        'chain(add.s(1, 1), group(add.s(2), python_add.s(3)), total.s(), add.s(100)).apply_async()',
        109,
      ],
      ['of groups in groups', 'chain(add.s(1, 1), group(add.s(2), group(add.s(3), add.s(4))), total.s()).apply_async()', 15],
      [
        'after a chord',
        'chain(group(add.s(1, 1), add.s(2, 2)), total.s(), group(add.s(1), add.s(2)), total.s()).apply_async()',
        15,
      ],
    ])('runs its body with the results: %s', async (_, code, expected) => {
      expect(await run(`${code}.get(timeout=10)`)).toBe(expected);
    });

    it('hands what follows a task to a group that a chain ends with', async () => {
      expect(await run('chain(add.s(1, 1), group(add.s(2), add.s(3))).apply_async().get(timeout=10)')).toEqual([4, 5]);
    });

    it('fails with ChordError when one of its tasks does, whoever ran it', async () => {
      for (const bad of ['fail.s("bad")', 'python_fail.s("bad")']) {
        const error = await failureOf(
          `chord([add.s(1, 1), ${bad}])(total.s()).get(timeout=10, disable_sync_subtasks=False, propagate=True)`,
        );
        expect(error.type).toMatch(/ChordError|ValueError|OrderError/);
        const state = await run(
          `r = chord([add.s(1, 1), ${bad}])(total.s())\nimport time\nwhile not AsyncResult(r.id).ready(): time.sleep(0.05)\nAsyncResult(r.id)._get_task_meta()["result"].__class__.__name__`,
        );
        expect(state).toBe('ChordError');
      }
    });

    it('is told of a task that nobody has, which Celery does not', async () => {
      const code =
        'r = chord([add.s(1, 1), nowhere.s()])(total.s())\nimport time\nwhile not AsyncResult(r.id).ready(): time.sleep(0.05)\nstr(AsyncResult(r.id)._get_task_meta()["result"])';
      expect(await run(code)).toMatch(/Dependency .* raised NotRegistered\('nowhere.at_all'\)/);
    });
  });
});
