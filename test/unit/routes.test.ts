import { describe, expect, it } from 'vitest';
import { findRoute } from '#src/taskkit/index.js';

const welcome = 'tasks.email_tasks.send_welcome_email';

describe('the route of a task', () => {
  it('is the one of its exact name, wherever it stands', () => {
    expect(findRoute(welcome, { 'tasks.*': 'other', [welcome]: 'welcome' })).toEqual({ queue: 'welcome' });
  });

  it('is the first pattern that fits, in the order given', () => {
    expect(findRoute(welcome, { 'tasks.email_tasks.*': 'email', '*': 'rest' })).toEqual({ queue: 'email' });
    expect(findRoute(welcome, { '*': 'rest', 'tasks.email_tasks.*': 'email' })).toEqual({ queue: 'rest' });
  });

  it('may say a priority too', () => {
    expect(findRoute(welcome, { '*.send_*': { queue: 'email', priority: 3 } })).toEqual({ queue: 'email', priority: 3 });
  });

  it('is none when nothing fits', () => {
    expect(findRoute(welcome, {})).toBeUndefined();
    expect(findRoute(welcome, { 'tasks.resume_tasks.*': 'resume', tasks: 'tasks' })).toBeUndefined();
  });

  it('fits the whole name, and a dot is a dot', () => {
    expect(findRoute('other.tasks.a', { 'tasks.*': 'x' })).toBeUndefined();
    expect(findRoute('tasks.a.b', { 'tasks.*.c': 'x' })).toBeUndefined();
    expect(findRoute('tasksXa', { 'tasks.*': 'x' })).toBeUndefined();
    expect(findRoute('(tasks)+a', { '(tasks)+*': 'x' })).toEqual({ queue: 'x' });
  });

  it('is not found in what every object has', () => {
    expect(findRoute('constructor', {})).toBeUndefined();
    expect(findRoute('toString', { '*': 'rest' })).toEqual({ queue: 'rest' });
  });
});
