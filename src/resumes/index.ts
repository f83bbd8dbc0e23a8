export type { ResumeAnalysis } from './analyze/index.js';
export { createReader } from './guard/reader.js';
export { resumeHandlers } from './handlers.js';
export { deleteResumesOf } from './library.js';
