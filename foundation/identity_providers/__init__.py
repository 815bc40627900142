"""Those who know who a resident is: OpenID Connect providers and WeChat, each spoken to in its own protocol, all heard as one assertion."""
