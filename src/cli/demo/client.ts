import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { coded } from '../../errors.js';
import type { ResumeAnalysis } from '../../resumes/index.js';

export interface Upload {
  resumeId: number;
  taskId: string;
}

export interface TaskView {
  status: string;
  progress: { step?: number; of?: number; label?: string } | null;
  result: Record<string, unknown> | null;
  error: { code: string; message: string } | null;
}

export interface ResumeView {
  id: number;
  status: string;
  score: number;
  pageCount: number | null;
  language: string | null;
  analysis: ResumeAnalysis & { gaps?: { name: string }[] };
}

export interface NotificationView {
  type: string;
  title: string;
  message: string;
}

export type Client = ReturnType<typeof createClient>;

/** A client of the HTTP API, as the platform's web pages would be. Throws COMMAND_FAILED with the API's own words. */
export function createClient(address: string) {
  let token: string | undefined;
  const request = async <T>(method: string, url: string, body?: FormData | object): Promise<T> => {
    const isForm = body instanceof FormData;
    const answer = await fetch(`${address}/api${url}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && !isForm && { 'content-type': 'application/json' }),
      },
      ...(body && { body: isForm ? body : JSON.stringify(body) }),
    });
    const content = (await answer.json()) as T & { error?: { code: string; message: string } };
    if (answer.ok) return content;
    throw coded('COMMAND_FAILED', {
      reason: `${method} ${url} was answered ${answer.status}: ${content.error?.message ?? 'no reason given'}`,
    });
  };
  return {
    async register(name: string, email: string, password: string) {
      const { accessToken, user } = await request<{ accessToken: string; user: { id: number; username: string } }>(
        'POST',
        '/auth/register',
        {
          name,
          email,
          password,
        },
      );
      token = accessToken;
      return user;
    },
    async upload(file: string): Promise<Upload> {
      const form = new FormData();
      form.append('file', new Blob([await readFile(file)]), path.basename(file));
      return request('POST', '/resumes', form);
    },
    post: (body: string) => request<{ id: number }>('POST', '/posts', { body }),
    like: (postId: number) => request('POST', `/posts/${postId}/like`),
    task: (id: string) => request<TaskView>('GET', `/tasks/${id}`),
    resume: (id: number) => request<ResumeView>('GET', `/resumes/${id}`),
    notifications: async () => (await request<{ items: NotificationView[] }>('GET', '/notifications?pageSize=100')).items,
  };
}
