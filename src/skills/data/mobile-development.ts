import type { SkillEntry } from '../types.js';

export const mobileDevelopment: readonly SkillEntry[] = [
  ['iOS Development', ['iOS', 'iOS developer', 'iOS app development'], ['Swift', 'Xcode']],
  ['Android Development', ['Android', 'Android SDK', 'Android developer', 'Android Studio'], ['Kotlin', 'Java']],
  ['React Native', [], ['React', 'Mobile Development']],
  ['Flutter', [], ['Dart', 'Mobile Development']],
  ['SwiftUI', ['UIKit'], ['Swift']],
  ['Jetpack Compose', [], ['Kotlin', 'Android Development']],
  ['Xcode', [], ['iOS Development']],
  ['Ionic', ['Ionic Framework'], ['Mobile Development']],
  ['Xamarin', ['.NET MAUI'], ['C#']],
  ['Mobile Development', ['Mobile app development', 'Mobile apps'], ['iOS Development', 'Android Development']],
];
