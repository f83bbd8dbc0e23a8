import type { SkillEntry } from '../types.js';

export const mobileDevelopment: readonly SkillEntry[] = [
  ['iOS Development', ['iOS', 'iOS developer', 'iOS app development'], ['Swift', 'Xcode']],
  ['Android Development', ['Android', 'Android SDK', 'Android developer', 'Android Studio'], ['Kotlin', 'Java']],
  ['React Native', [], ['React', 'Mobile Development']],
  ['Flutter', [], ['Dart', 'Mobile Development']],
  ['SwiftUI', [], ['Swift']],
  ['Jetpack Compose', [], ['Kotlin', 'Android Development']],
  ['Xcode', [], ['iOS Development']],
  ['Ionic', ['Ionic Framework'], ['Mobile Development']],
  ['Xamarin', [], ['C#']],
  ['Mobile Development', ['Mobile app development', 'Mobile apps'], ['iOS Development', 'Android Development']],
  ['UIKit', [], ['Swift']],
  ['Core Data', ['SwiftData'], ['iOS Development']],
  ['Combine', ['Combine framework', 'RxSwift'], ['Swift']],
  ['Kotlin Multiplatform', ['KMM', 'Kotlin Multiplatform Mobile'], ['Kotlin']],
  ['RxJava', ['RxAndroid'], ['Android Development']],
  ['Expo', ['Expo SDK', 'Expo Go'], ['React Native']],
  ['Fastlane', [], ['CI/CD']],
  ['Cordova', ['Apache Cordova', 'PhoneGap', 'Capacitor.js'], ['Ionic']],
  ['App Store Optimization', ['ASO', 'App Store Connect'], ['Mobile Development']],
  ['.NET MAUI', [], ['Xamarin']],
];
