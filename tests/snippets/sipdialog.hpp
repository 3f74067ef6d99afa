// SPDX-License-Identifier: MIT
#pragma once

// What the reader of libsipdialog/README.md brings along.
#include <sipdialog/dialog.hpp>
#include <sipdialog/dialog_layer.hpp>
#include <sipdialog/negotiation.hpp>
#include <sipdialog/subscription_layer.hpp>

#include <siptxn/transaction_layer.hpp>

extern siptxn::TimePoint now;
