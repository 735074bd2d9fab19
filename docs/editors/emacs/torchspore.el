;; For your init file. Emacs 29 and newer have eglot; Emacs 28 needs the package of that name.
;; eglot runs one server for a buffer: with this line it is TorchSpore. M-x eglot starts it.
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((python-mode python-ts-mode)
                 . ("torchspore" "server" "--stdio"
                    :initializationOptions (:settings (:language "auto" :target (:device "any")))))))
