import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { argumentsFromCelery, findTask, type Task, task } from '#src/taskkit/index.js';

const sendReport = task(
  'tasks.report_tasks.send_report',
  { userId: z.number(), reportName: z.string(), pageLimit10: z.number().optional() },
  { returns: {} },
) as unknown as Task<never, unknown>;

const invalid = (problems: string) =>
  expect.objectContaining({ code: 'TASK_ARGUMENTS_INVALID', values: expect.objectContaining({ problems }) });
const caught = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe('a Python caller’s arguments', () => {
  it('are taken by position, in the order of the contract', () => {
    expect(argumentsFromCelery(sendReport, [1, 'weekly'], {})).toEqual({ userId: 1, reportName: 'weekly' });
  });

  it('are taken by name, in snake_case or as we write them', () => {
    expect(argumentsFromCelery(sendReport, [], { user_id: 1, report_name: 'weekly', page_limit_10: 3 })).toEqual({
      userId: 1,
      reportName: 'weekly',
      pageLimit10: 3,
    });
    expect(argumentsFromCelery(sendReport, [], { userId: 1 })).toEqual({ userId: 1 });
  });

  it('may come both ways', () => {
    expect(argumentsFromCelery(sendReport, [1], { report_name: 'weekly' })).toEqual({ userId: 1, reportName: 'weekly' });
  });

  it('that the contract does not know are left to its check, which names them', () => {
    expect(argumentsFromCelery(sendReport, [1], { colour: 'red' })).toEqual({ userId: 1, colour: 'red' });
  });

  it('may not be too many', () => {
    expect(caught(() => argumentsFromCelery(sendReport, [1, 'weekly', 3, 4], {}))).toEqual(
      invalid('4 positional arguments were given, 3 are taken'),
    );
  });

  it('may not be given twice', () => {
    expect(caught(() => argumentsFromCelery(sendReport, [1], { user_id: 2 }))).toEqual(invalid('userId was given twice'));
    expect(caught(() => argumentsFromCelery(sendReport, [], { user_id: 1, userId: 2 }))).toEqual(
      invalid('userId was given twice'),
    );
  });
});

describe('a task', () => {
  it('is found by its name, whole or without what stands before it', () => {
    expect(findTask('tasks.report_tasks.send_report')).toBe(sendReport);
    expect(findTask('report_tasks.send_report')).toBe(sendReport);
    expect(findTask('send_report')).toBe(sendReport);
  });

  it.each(['tasks.report_tasks.send_reprot', 'task.report_tasks.send_report'])('%s is not one, but is like one', (name) => {
    expect(caught(() => findTask(name))).toMatchObject({
      code: 'TASK_UNKNOWN',
      message: `There is no task named "${name}". Did you mean tasks.report_tasks.send_report?`,
    });
  });

  it('is suggested for its short name too', () => {
    expect(caught(() => findTask('send_reprot'))).toMatchObject({
      message: expect.stringContaining('Did you mean tasks.report_tasks.send_report?'),
    });
  });

  it.each(['', 'report', '_report', 'fly.to.the.moon'])('%j is like none', (name) => {
    expect(caught(() => findTask(name))).toMatchObject({
      code: 'TASK_UNKNOWN',
      message: `There is no task named "${name}".`,
    });
  });

  it('cannot be defined under a name that is taken', () => {
    expect(caught(() => task('tasks.report_tasks.send_report', {}, { returns: {} }))).toMatchObject({
      code: 'TASK_DEFINED_TWICE',
    });
  });
});
