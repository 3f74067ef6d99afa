// SPDX-License-Identifier: MIT
// GLib replaces its table of quarks when it grows and lets the old one lie, on purpose. It is allocated while the
// library is loaded; only a full stack tells that from a leak of ours.
extern "C" const char* __asan_default_options() { return "fast_unwind_on_malloc=0:malloc_context_size=8"; }
extern "C" const char* __lsan_default_suppressions() { return "leak:call_init\n"; }
