// SPDX-License-Identifier: MIT
#include <siptxn/net/random.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

#include <sys/random.h>

namespace siptxn::net {
namespace {

/// 32 numbers a system call: a request of that size is never cut short (getrandom(2)).
class Pool {
public:
    Pool() { refill(); }
    std::uint64_t operator()() {
        if (next_ == numbers_.size()) refill();
        return std::exchange(numbers_[next_++], 0);  // a used number is in nobody's memory dump
    }

private:
    void refill() {
        while (getrandom(numbers_.data(), sizeof numbers_, 0) != sizeof numbers_) {
            if (errno != EINTR) throw std::system_error(errno, std::system_category(), "getrandom");
        }
        next_ = 0;
    }
    std::array<std::uint64_t, 32> numbers_;
    std::size_t next_ = 0;
};

}  // namespace

RandomSource system_random() { return Pool(); }

}  // namespace siptxn::net
