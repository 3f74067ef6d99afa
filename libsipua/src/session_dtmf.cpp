// SPDX-License-Identifier: MIT
// Tones of a session: those that wait go one string after the other, in the media or as INFO requests.
#include "session_impl.hpp"

#include <sipmsg/header/content.hpp>

#include <algorithm>

namespace sipua {
namespace {

constexpr std::string_view relay_type = "dtmf-relay";

Duration length_of(const DtmfJob& job) {
    Duration length{};
    for (char tone : job.tones) length += tone == ',' ? dtmf_pause : job.options.duration + job.options.gap;
    return length;
}

}  // namespace

void SessionImpl::send_dtmf(std::string tones, DtmfOptions options, const std::shared_ptr<Pending>& pending) {
    if (state_ != SessionState::established) return pending->finish(Errc::invalid_state);
    using std::chrono::milliseconds;
    options.duration = std::clamp<Duration>(options.duration, milliseconds(70), milliseconds(6000));
    options.gap = std::max<Duration>(options.gap, milliseconds(50));
    dtmf_.push_back({std::move(tones), options, pending});
    if (dtmf_.size() == 1) begin_dtmf();
}

void SessionImpl::begin_dtmf() {
    if (dtmf_.empty()) return;
    const auto& job = dtmf_.front();
    using Way = DtmfOptions::Way;
    if (job.options.way != Way::info && handler_ && handler_->send_dtmf(job.tones, job.options))
        return start(dtmf_timer_, length_of(job), &SessionImpl::end_dtmf);
    if (job.options.way == Way::media) return end_dtmf(Errc::media_failed);
    next_dtmf_info();
}

// One INFO after the other: an answer, and the time the tone takes, come before the next.
void SessionImpl::next_dtmf_info() {
    if (dtmf_.empty()) return;
    auto& job = dtmf_.front();
    if (job.tones.empty()) return end_dtmf({});
    const char tone = job.tones.front();
    job.tones.erase(0, 1);
    if (tone == ',') return start(dtmf_timer_, dtmf_pause, &SessionImpl::next_dtmf_info);
    const Body body{"application/dtmf-relay", dtmf_relay({.tone = tone, .duration = job.options.duration})};
    send("INFO", body, {}, Pending::make([weak = weak_from_this()](std::error_code error) {
             auto self = weak.lock();
             if (!self || self->dtmf_.empty()) return;
             if (error) return self->end_dtmf(error);
             const auto& options = self->dtmf_.front().options;
             self->start(self->dtmf_timer_, options.duration + options.gap, &SessionImpl::next_dtmf_info);
         }));
}

void SessionImpl::end_dtmf() { end_dtmf({}); }

void SessionImpl::end_dtmf(std::error_code error) {
    if (dtmf_.empty()) return;
    auto job = std::move(dtmf_.front());
    dtmf_.erase(dtmf_.begin());
    job.pending->finish(error);
    begin_dtmf();
}

void SessionImpl::drop_dtmf() {
    core().clock().cancel(std::exchange(dtmf_timer_, siptxn::TimerId::none));
    for (auto& job : std::exchange(dtmf_, {})) job.pending->finish(Errc::session_terminated);
}

void SessionImpl::hear_dtmf(const Dtmf& dtmf) {
    if (auto delegate = delegate_; delegate->on_dtmf) delegate->on_dtmf(dtmf);
}

// Without a listener for tones an INFO is what it is.
bool SessionImpl::take_dtmf_info(const sipmsg::Message& request, Responder& responder) {
    if (!delegate_->on_dtmf) return false;
    const auto type = sipmsg::ContentType::parse(request.raw(sipmsg::Header::content_type).value_or(""));
    if (!type || !type->is("application", relay_type)) return false;
    const auto dtmf = parse_dtmf_relay(request.body());
    responder.answer(dtmf ? 200 : 480, {}, {});
    if (dtmf) hear_dtmf(*dtmf);
    return true;
}

}  // namespace sipua
