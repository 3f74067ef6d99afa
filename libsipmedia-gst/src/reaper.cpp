// SPDX-License-Identifier: MIT
#include "reaper.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace sipmedia {

// OpenSSL's own exit handler must stand before ours: it runs after this thread has ended and given back what OpenSSL
// keeps for it.
Reaper& Reaper::instance() {
    static const int openssl_is_ready =
        OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr);  // 0 does nothing
    static_cast<void>(openssl_is_ready);
    static Reaper reaper;
    return reaper;
}

Reaper::Reaper() : thread_([this](std::stop_token stop) { run(std::move(stop)); }) {}

Reaper::~Reaper() {
    wait_until_idle();
    thread_.request_stop();
    thread_.join();
}

void Reaper::add(Job job) {
    {
        std::lock_guard lock(mutex_);
        jobs_.push(std::move(job));
    }
    changed_.notify_all();
}

void Reaper::wait_until_idle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return jobs_.empty() && !busy_; });
}

void Reaper::run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !jobs_.empty(); })) {
        {
            auto job = std::move(jobs_.front());
            jobs_.pop();
            busy_ = true;
            lock.unlock();
            job();
        }
        lock.lock();
        busy_ = false;
        changed_.notify_all();
    }
}

}  // namespace sipmedia
