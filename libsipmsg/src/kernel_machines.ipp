// SPDX-License-Identifier: MIT

// One kernel: included by kernel_*.cpp inside a namespace of its own, behind kernel_includes.hpp. No include guard.

#include "lanes.ipp"

#include "hosts.ipp"

#include "uri_parser.ipp"

#include "message_parser.ipp"
#include "name_addr_parser.ipp"
#include "value_parser.ipp"
#include "via_parser.ipp"

#include "essentials.ipp"
