// SPDX-License-Identifier: MIT
#pragma once

// Everything of libsipua but the simulated world (sipua/sim/world.hpp).

#include <sipua/deadline.hpp>
#include <sipua/dtmf.hpp>
#include <sipua/error.hpp>
#include <sipua/es256.hpp>
#include <sipua/identity.hpp>
#include <sipua/invitation.hpp>
#include <sipua/inviter.hpp>
#include <sipua/messager.hpp>
#include <sipua/notifier.hpp>
#include <sipua/publisher.hpp>
#include <sipua/referral.hpp>
#include <sipua/referrer.hpp>
#include <sipua/registerer.hpp>
#include <sipua/session_description_handler.hpp>
#include <sipua/session_manager.hpp>
#include <sipua/signaling_only.hpp>
#include <sipua/stack.hpp>
#include <sipua/subscriber.hpp>
#include <sipua/subscription.hpp>
#include <sipua/timer.hpp>
#include <sipua/user_agent.hpp>
