// SPDX-License-Identifier: MIT
#pragma once

#include "verb.hpp"

namespace sipstrata {

extern const Verb parse_verb;
extern const Verb serve_verb;
extern const Verb register_verb;
extern const Verb call_verb;
extern const Verb answer_verb;
extern const Verb message_verb;
extern const Verb subscribe_verb;
extern const Verb notify_verb;
extern const Verb publish_verb;
extern const Verb refer_verb;
extern const Verb options_verb;
extern const Verb auth_verb;
extern const Verb demo_verb;

}  // namespace sipstrata
