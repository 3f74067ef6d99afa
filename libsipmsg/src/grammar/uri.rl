# SPDX-License-Identifier: MIT
# RFC 3261 §25.1: SIP-URI, SIPS-URI and absoluteURI; RFC 3966 §3: telephone-uri.
%%{
machine uri;
include core "core.rl";

user_unreserved  = [&=+$,;?/];
userchar         = unreserved | user_unreserved;
passwordchar     = unreserved | [&=+$,];
user             = ( userchar | escaped )+;
password         = ( passwordchar | escaped )*;

param_unreserved = [\[\]/:&+$];
paramchar        = param_unreserved | unreserved;
uri_pname        = ( paramchar | escaped )+;
uri_pvalue       = ( paramchar | escaped )+;

hnv_unreserved   = [\[\]/?:+$];
hnvchar          = hnv_unreserved | unreserved;
hname            = ( hnvchar | escaped )+;
hvalue           = ( hnvchar | escaped )*;

uric             = reserved | unreserved | [\[\]];  # brackets: RFC 2732
opaque           = ( uric | escaped )+;

phonedigit       = HEXDIG | [*#\-.()];  # letters and # only in a local number
phone_number     = "+"? phonedigit+;
}%%
